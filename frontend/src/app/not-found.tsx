import type { Metadata } from "next";
import { NotFound } from "@/features/shell";

export const metadata: Metadata = { title: "Not found" };

export default function Page() {
  return <NotFound />;
}
