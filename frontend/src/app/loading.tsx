import { SkeletonPage } from "@/components/ui";

export default function Loading() {
  return <SkeletonPage />;
}
