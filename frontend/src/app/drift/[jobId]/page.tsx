import type { Metadata } from "next";
import { DriftPage } from "@/features/drift";
import { PLACEHOLDER } from "@/lib/placeholder";
import { RouteId } from "@/lib/RouteId";

export const metadata: Metadata = { title: "Drift" };
export const generateStaticParams = () => [{ jobId: PLACEHOLDER }];

export default function Page() {
  return <RouteId page={DriftPage} />;
}
