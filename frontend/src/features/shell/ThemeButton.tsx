"use client";

import { MonitorCog, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { Button, Menu } from "@/components/ui";
import { useHydrated } from "@/lib/useHydrated";

const THEMES = [
  { id: "light", label: "Light", icon: <Sun aria-hidden="true" /> },
  { id: "dark", label: "Dark", icon: <Moon aria-hidden="true" /> },
  { id: "system", label: "As the system", icon: <MonitorCog aria-hidden="true" /> },
];

/** Choose light, dark or what the system says. */
export function ThemeButton() {
  const { theme, setTheme } = useTheme();
  const isClient = useHydrated();
  const chosen = THEMES.find((item) => item.id === theme);
  return (
    <Menu
      trigger={
        <Button
          look="ghost"
          size="sm"
          icon
          aria-label={`Theme: ${isClient && chosen ? chosen.label : "as the system"}`}
        >
          {isClient && chosen ? chosen.icon : <MonitorCog aria-hidden="true" />}
        </Button>
      }
      items={THEMES.map((item) => ({
        label: item.label,
        icon: item.icon,
        onSelect: () => setTheme(item.id),
      }))}
    />
  );
}
