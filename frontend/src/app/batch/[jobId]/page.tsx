import type { Metadata } from "next";
import { ScorePage } from "@/features/batches";
import { PLACEHOLDER } from "@/lib/placeholder";
import { RouteId } from "@/lib/RouteId";

export const metadata: Metadata = { title: "Score" };
export const generateStaticParams = () => [{ jobId: PLACEHOLDER }];

export default function Page() {
  return <RouteId page={ScorePage} />;
}
