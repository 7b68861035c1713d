import type { Metadata } from "next";
import { DatasetPage } from "@/features/datasets";
import { PLACEHOLDER } from "@/lib/placeholder";
import { RouteId } from "@/lib/RouteId";

export const metadata: Metadata = { title: "Table" };
export const generateStaticParams = () => [{ datasetId: PLACEHOLDER }];

export default function Page() {
  return <RouteId page={DatasetPage} />;
}
