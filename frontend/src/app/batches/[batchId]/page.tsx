import type { Metadata } from "next";
import { BatchPage } from "@/features/batches";
import { PLACEHOLDER } from "@/lib/placeholder";
import { RouteId } from "@/lib/RouteId";

export const metadata: Metadata = { title: "Batch" };
export const generateStaticParams = () => [{ batchId: PLACEHOLDER }];

export default function Page() {
  return <RouteId page={BatchPage} />;
}
