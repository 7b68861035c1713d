import { Download } from "lucide-react";
import { ButtonAnchor, Card, CardBody, CardHead } from "@/components/ui";
import { bytes } from "@/lib/format";
import type { BatchDetail } from "../queries";

const ORDER = [".csv", ".xlsx", ".parquet"];

/** The results to take along: every row in its order with what the model says. */
export function Files({ batch }: { batch: BatchDetail }) {
  if (batch.files.length === 0) return null;
  const rank = ({ name }: { name: string }) => ORDER.findIndex((ending) => name.endsWith(ending));
  const files = [...batch.files].sort((a, b) => rank(a) - rank(b));
  return (
    <Card label="Downloads">
      <CardHead title="Downloads" sub="every row, in the order of the file" />
      <CardBody>
        <div className="grid gap-2">
          {files.map((file, place) => (
            <ButtonAnchor
              key={file.name}
              full
              look={place === 0 ? "primary" : "default"}
              href={file.url}
              download={file.filename}
              aria-label={`Download ${file.label}, ${bytes(file.size_bytes)}`}
            >
              <Download aria-hidden="true" strokeWidth={1.75} />
              {file.label}
              <span className="num font-normal">{bytes(file.size_bytes)}</span>
            </ButtonAnchor>
          ))}
        </div>
      </CardBody>
    </Card>
  );
}
