"use client";

import { useTheme } from "next-themes";
import { useSyncExternalStore } from "react";
import { Segmented } from "@/components/ui";

type Theme = "light" | "dark" | "system";

const never = () => () => undefined;

/** Light, dark, or what the system says; kept in this browser. */
export function ThemeChoice() {
  const { theme, setTheme } = useTheme();
  const isClient = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return (
    <Segmented<Theme>
      label="Theme"
      value={isClient ? ((theme as Theme | undefined) ?? "system") : "system"}
      onChange={setTheme}
      options={[
        { value: "light", label: "Light" },
        { value: "dark", label: "Dark" },
        { value: "system", label: "As the system" },
      ]}
    />
  );
}
