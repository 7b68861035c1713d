import type { Metadata } from "next";
import { PlaygroundPage } from "@/features/playground";
import { PLACEHOLDER } from "@/lib/placeholder";
import { RouteId } from "@/lib/RouteId";

export const metadata: Metadata = { title: "Playground" };
export const generateStaticParams = () => [{ jobId: PLACEHOLDER }];

export default function Page() {
  return <RouteId page={PlaygroundPage} />;
}
