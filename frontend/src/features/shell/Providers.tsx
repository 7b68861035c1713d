"use client";

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { type ReactNode, useState } from "react";
import { Toaster, TooltipProvider, toast } from "@/components/ui";
import { ApiError, asApiError } from "@/lib/api";

function makeClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache(),
    // A page that has its own place for a failure says so in `meta`; every other failure is told in a toast.
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        if (mutation.meta?.quiet) return;
        const problem = asApiError(error);
        toast([problem.message, problem.hint].filter(Boolean).join(" "), { tone: "bad" });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) =>
          !(error instanceof ApiError && error.status >= 400 && error.status < 500) && count < 2,
      },
    },
  });
}

export function Providers({ children, nonce }: { children: ReactNode; nonce?: string }) {
  const [client] = useState(makeClient);
  return (
    <ThemeProvider
      nonce={nonce}
      attribute="data-theme"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
    >
      <QueryClientProvider client={client}>
        <TooltipProvider>{children}</TooltipProvider>
        <Toaster />
      </QueryClientProvider>
    </ThemeProvider>
  );
}
