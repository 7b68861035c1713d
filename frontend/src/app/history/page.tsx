import type { Metadata } from "next";
import { HistoryPage } from "@/features/history";

export const metadata: Metadata = { title: "Runs" };

export default function Page() {
  return <HistoryPage />;
}
