import type { TaskName } from "../../src/api/extend.js";
import type { FilePreview } from "../worker/preview.js";
import { columnChoice, columnsChoice, GUESS, select } from "./data-columns.js";
import { field, h } from "./dom.js";
import { type Asked, LEARNING, tasksFor } from "./learning.js";
import type { ReadChoices } from "./read-form.js";

const HINTS: Readonly<Record<Asked, string>> = {
  label: "",
  labelSeparator: "Such as ; where one column has all of them",
  target: "One or several columns of numbers; none: the one named so, or the last",
  time: "Until the event, or until a sample was last seen",
  event: "1 where it came, 0 where it had not come yet",
};

/** What is to be learnt of files, and of which columns, where these are options of reading them. */
export function createTaskChoice(changed: () => void, options: readonly string[]) {
  const tasks = tasksFor(options);
  const task = select("data-task", [[GUESS, "guess"], ...tasks.map((name) => [name, LEARNING[name].text] as const)]);
  const [label, time, event] = ["data-label", "data-time", "data-event"].map((id) => columnChoice(id, changed));
  const target = columnsChoice("data-target", changed);
  const labelSeparator = h("input", { id: "data-separator", type: "text", placeholder: "nothing", onchange: changed });
  const fields: Readonly<Record<Asked, HTMLElement>> = {
    label: field("Labels", HINTS.label, label.select, label.name),
    labelSeparator: field("What parts them", HINTS.labelSeparator, labelSeparator),
    target: field("Columns to learn", HINTS.target, target.node),
    time: field("Time", HINTS.time, time.select, time.name),
    event: field("Event", HINTS.event, event.select, event.name),
  };
  const asks = (): readonly Asked[] =>
    LEARNING[(task.value || "classification") as TaskName].asks.filter((asked) => options.includes(asked));
  const arrange = () => {
    for (const [name, node] of Object.entries(fields)) node.hidden = !asks().includes(name as Asked);
  };
  task.onchange = () => {
    arrange();
    changed();
  };
  arrange();
  const values: Readonly<Record<Asked, () => ReadChoices[Asked]>> = {
    label: () => (asks().includes("target") && target.value().length > 0 ? undefined : label.value()),
    labelSeparator: () => (target.value().length > 0 ? undefined : labelSeparator.value || undefined),
    target: () => (target.value().length > 0 ? target.value() : undefined),
    time: () => time.value() ?? undefined,
    event: () => event.value() ?? undefined,
  };
  return {
    /** The choice, and what is asked of the columns then. */
    nodes: [h("label", {}, "What to learn", task), ...Object.values(fields)],
    label,
    choices(): ReadChoices {
      const given = asks().map((asked) => [asked, values[asked]()] as const);
      return {
        ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
        ...(task.value && { task: task.value as TaskName }),
      };
    },
    /** Forgets columns: they are others now. */
    reset() {
      for (const choice of [label, time, event, target]) choice.reset();
    },
    preset(choices: ReadChoices) {
      task.value = choices.task ?? GUESS;
      labelSeparator.value = choices.labelSeparator ?? "";
      label.preset(choices.label);
      time.preset(choices.time);
      event.preset(choices.event);
      target.preset(choices.target ?? []);
      arrange();
    },
    show({ task: found, table }: Pick<FilePreview, "task" | "table">) {
      task.options[0].textContent = task.value === GUESS ? `guess: ${LEARNING[found].text}` : "guess";
      if (!table) return;
      const { fields: columns, allFields, labelFields } = table;
      const more = columns.length < allFields && !labelFields;
      const own = (labelFields?.filter(({ role }) => role !== "id") ?? columns).map(
        ({ index, name }) => [String(index), name] as const,
      );
      const place = labelFields ? "In the label file" : "Columns";
      for (const choice of [time, event]) choice.fill([[GUESS, "choose"]], { [place]: own }, more);
      target.fill({ [place]: own });
    },
  };
}

/** A choice of what to learn. */
export type TaskChoice = ReturnType<typeof createTaskChoice>;
