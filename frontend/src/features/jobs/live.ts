"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { API_BASE } from "@/lib/api";

const followed = new Set<string>();

/** Whether a stream is open that tells of this job. */
export const isFollowed = (id: string): boolean => followed.has(id);

/**
 * Follow a job by server-sent events; what they tell goes into the query cache. The browser reconnects by itself and
 * names the last event that it has seen. Where streams do not get through, the query goes on asking.
 */
export function useFollow(id: string, isOn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isOn || typeof EventSource === "undefined") return;
    const source = new EventSource(`${API_BASE}/jobs/${encodeURIComponent(id)}/events`);
    const ask = () => client.invalidateQueries({ queryKey: ["jobs", id], exact: true });
    const stop = () => {
      followed.delete(id);
      ask();
    };
    source.onopen = () => followed.add(id);
    source.onerror = stop;
    source.addEventListener("job", (event) => {
      followed.add(id);
      client.setQueryData(["jobs", id], JSON.parse(event.data));
    });
    source.addEventListener("end", () => {
      source.close();
      stop();
      client.invalidateQueries({ queryKey: ["jobs", "list"] });
      client.invalidateQueries({ queryKey: ["system"] });
    });
    return () => {
      source.close();
      followed.delete(id);
    };
  }, [client, id, isOn]);
}
