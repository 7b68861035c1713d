"use client";

import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { Button, toast } from "@/components/ui";
import type { JobDetail } from "@/features/jobs";
import { http, unwrap } from "@/lib/api";
import { bytes } from "@/lib/format";

/** One HTML file with the model and its form inside: to send to a colleague, needs no server. */
export function SendFile({ job }: { job: JobDetail }) {
  const make = useMutation({
    mutationFn: () => unwrap(http.POST("/jobs/{job_id}/page", { params: { path: { job_id: job.id } } })),
    onSuccess: (file) => {
      const link = document.createElement("a");
      link.href = file.url;
      link.download = file.filename;
      link.click();
      toast(`${file.filename} (${bytes(file.size_bytes)}) is on its way.`);
    },
  });
  return (
    <div className="mt-3 rounded-md border border-line bg-sunken px-3 py-2.5 text-table">
      <p className="m-0 text-ink-2">
        <b className="font-[550] text-ink">Send it to someone.</b> One HTML page with the model inside; it
        answers without a server.
      </p>
      <Button size="sm" className="mt-2" disabled={make.isPending} onClick={() => make.mutate()}>
        <Send aria-hidden="true" strokeWidth={1.75} />
        {make.isPending ? "Packing" : "Download the page"}
      </Button>
    </div>
  );
}
