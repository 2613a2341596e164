import type { JSX } from "solid-js"

/** A table that scrolls by itself, reachable by keyboard. */
export const Scroll = (props: { label: string; children: JSX.Element }) => (
  <div class="scroll" role="group" tabindex="0" aria-label={props.label}>
    {props.children}
  </div>
)
