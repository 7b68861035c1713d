import type { Metadata } from "next";
import { ValidatePage } from "@/features/batches";
import { PLACEHOLDER } from "@/lib/placeholder";
import { RouteId } from "@/lib/RouteId";

export const metadata: Metadata = { title: "Validate" };
export const generateStaticParams = () => [{ jobId: PLACEHOLDER }];

export default function Page() {
  return <RouteId page={ValidatePage} />;
}
