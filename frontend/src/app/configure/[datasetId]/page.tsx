import type { Metadata } from "next";
import { ConfigurePage } from "@/features/configure";
import { PLACEHOLDER } from "@/lib/placeholder";
import { RouteId } from "@/lib/RouteId";

export const metadata: Metadata = { title: "New run" };
export const generateStaticParams = () => [{ datasetId: PLACEHOLDER }];

export default function Page() {
  return <RouteId page={ConfigurePage} />;
}
