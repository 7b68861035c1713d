import type { Metadata } from "next";
import { CompareBatches } from "@/features/batches";

export const metadata: Metadata = { title: "Compare batches" };

export default function Page() {
  return <CompareBatches />;
}
