"use client";

import { Check, Copy as CopyIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "./Button";
import { Scroll } from "./Table";
import { toast } from "./toast";

/** Copy a text; the button says that it did. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      toast("The browser did not allow copying. Select the text and copy it yourself.", { tone: "bad" });
      return;
    }
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };
  return (
    <Button size="sm" onClick={copy}>
      {done ? <Check aria-hidden="true" /> : <CopyIcon aria-hidden="true" />}
      <span aria-live="polite">{done ? "Copied" : label}</span>
    </Button>
  );
}

/** Code to copy. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className="relative">
      <Scroll label={label} className="rounded-md border border-line bg-sunken">
        <pre className="m-0 px-3.5 py-3 font-mono text-[12.5px] leading-[1.65] text-ink-2">{code}</pre>
      </Scroll>
      <div className="absolute top-2 right-2 max-md:static max-md:mt-2">
        <CopyButton text={code} />
      </div>
    </div>
  );
}
