import type { Metadata } from "next";
import { AlertsPage } from "@/features/watch";

export const metadata: Metadata = { title: "Alerts" };

export default function Page() {
  return <AlertsPage />;
}
