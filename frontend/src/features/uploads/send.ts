/** Sending a file to the signed link that the API gives, whole or in parts, with progress. */
import { ApiError, http, type Schemas, Unreachable, unwrap } from "@/lib/api";

export type Sent = { sent: number; total: number };

/** Register the file, PUT its bytes, confirm it. Returns the data set as the server then knows it. */
export async function uploadFile(
  file: File,
  onProgress: (sent: Sent) => void,
  signal: AbortSignal,
): Promise<Schemas["DatasetDetail"]> {
  const upload = await unwrap(
    http.POST("/upload", {
      body: {
        filename: file.name,
        content_type: file.type || "application/octet-stream",
        size_bytes: file.size,
      },
      signal,
    }),
  );
  if (upload.parts.length > 0) await putParts(file, upload, onProgress, signal);
  else {
    await put(upload.upload_url, upload.method, upload.headers, file, signal, (sent) =>
      onProgress({ sent, total: file.size }),
    );
  }
  return confirmDataset(upload.dataset_id);
}

/** Have an uploaded file or a sample read. */
export function confirmDataset(id: string): Promise<Schemas["DatasetDetail"]> {
  return unwrap(
    http.POST("/datasets/{dataset_id}/confirm", { params: { path: { dataset_id: id } }, body: {} }),
  );
}

async function putParts(
  file: File,
  upload: Schemas["UploadOut"],
  onProgress: (sent: Sent) => void,
  signal: AbortSignal,
): Promise<void> {
  let before = 0;
  for (const part of upload.parts) {
    if (!part.arrived) {
      const piece = file.slice(part.offset, part.offset + part.size_bytes);
      const done = before;
      await put(part.url, upload.method, upload.headers, piece, signal, (sent) =>
        onProgress({ sent: done + sent, total: file.size }),
      );
    }
    before += part.size_bytes;
  }
}

// XMLHttpRequest, because fetch does not tell how much of a body has been sent.
function put(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: Blob,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(new ApiError(request.status, parse(request.responseText)));
    };
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

function parse(text: string): object {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
