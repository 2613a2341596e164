import { type JSX, Show } from "solid-js"

/** One section of the page, with its heading and a line about it. */
export const Card = (props: { id: string; title: string; about?: string | undefined; children: JSX.Element }) => (
  <section id={props.id} aria-labelledby={`${props.id}-title`}>
    <div class="heading">
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      <Show when={props.about}>
        <p>{props.about}</p>
      </Show>
    </div>
    {props.children}
  </section>
)
