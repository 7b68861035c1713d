import type { Metadata } from "next";
import { KeptPage } from "@/features/watch";
import { PLACEHOLDER } from "@/lib/placeholder";
import { RouteId } from "@/lib/RouteId";

export const metadata: Metadata = { title: "Kept predictions" };
export const generateStaticParams = () => [{ jobId: PLACEHOLDER }];

export default function Page() {
  return <RouteId page={KeptPage} />;
}
