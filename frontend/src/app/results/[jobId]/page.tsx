import type { Metadata } from "next";
import { ResultsPage } from "@/features/results";
import { PLACEHOLDER } from "@/lib/placeholder";
import { RouteId } from "@/lib/RouteId";

export const metadata: Metadata = { title: "Results" };
export const generateStaticParams = () => [{ jobId: PLACEHOLDER }];

export default function Page() {
  return <RouteId page={ResultsPage} />;
}
