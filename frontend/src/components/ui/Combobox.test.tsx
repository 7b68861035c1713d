import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Combobox } from "./Combobox";

const options = Array.from({ length: 5000 }, (_, n) => ({ value: `c${n}` }));

// jsdom has neither.
window.HTMLElement.prototype.scrollIntoView = () => undefined;
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

it("draws a few of thousands, finds by typing, chooses by keyboard", async () => {
  const user = userEvent.setup();
  const onChange = vi.fn();
  render(<Combobox label="Target column" value="c7" options={options} onChange={onChange} />);
  await user.click(screen.getByRole("button", { name: "Target column" }));
  expect(screen.getAllByRole("option")).toHaveLength(60);
  await user.type(screen.getByRole("combobox"), "c499");
  await user.keyboard("{ArrowDown}{Enter}");
  expect(onChange).toHaveBeenCalledExactlyOnceWith("c4990");
});

it("says when nothing matches", async () => {
  const user = userEvent.setup();
  render(<Combobox label="Target column" value="" options={options} onChange={vi.fn()} />);
  await user.click(screen.getByRole("button", { name: "Target column" }));
  await user.type(screen.getByRole("combobox"), "zz");
  expect(screen.getByText("Nothing matches.")).toBeInTheDocument();
});
