import type { Metadata } from "next";
import { DuelPage } from "@/features/batches";

export const metadata: Metadata = { title: "Duel" };

export default function Page() {
  return <DuelPage />;
}
