"use client";

import { useTheme } from "next-themes";
import { Segmented } from "@/components/ui";
import { useHydrated } from "@/lib/useHydrated";

type Theme = "light" | "dark" | "system";

/** Light, dark, or what the system says; kept in this browser. */
export function ThemeChoice() {
  const { theme, setTheme } = useTheme();
  const isClient = useHydrated();
  return (
    <Segmented<Theme>
      label="Theme"
      value={isClient ? ((theme as Theme | undefined) ?? "system") : "system"}
      onChange={setTheme}
      options={[
        { value: "light", label: "Light" },
        { value: "dark", label: "Dark" },
        { value: "system", label: "As the system" },
      ]}
    />
  );
}
