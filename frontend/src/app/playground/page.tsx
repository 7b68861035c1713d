import type { Metadata } from "next";
import { PlaygroundIndex } from "@/features/playground";

export const metadata: Metadata = { title: "Playground" };

export default function Page() {
  return <PlaygroundIndex />;
}
