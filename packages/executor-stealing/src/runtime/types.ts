// The types of tasks that a runtime knows, as all of its threads number them.
import { compile, makeCodec, Layout, type Codec, type FieldOwner, type View } from "../layout/codec.ts";
import { type Field, type Fields, none } from "../layout/field.ts";
import type { SendTask } from "../layout/send-task.ts";
import type { TaskContext } from "./task-context.ts";
import { UnknownTaskError } from "./errors.ts";

/** A type without its code: plain data, from which a thread that runs no tasks knows how to drop them. */
export interface TypeDescription {
  readonly name: string;
  readonly args: Fields;
  readonly locals: Fields;
  readonly result: Field<unknown>;
}

/** What a type of tasks is described by. */
export function describe({ layout: { args = {}, locals = {}, result = none }, name }: SendTask): TypeDescription {
  return { name, args, locals, result };
}

/** A poll function, whatever its state. */
type AnyPoll = (state: View, cx: TaskContext) => unknown;

/** A type of tasks as one thread works with it. */
export class TaskType {
  /** Its number, from 1 on. */
  readonly id: number;
  readonly name: string;
  readonly state: Layout;
  readonly result: Codec;
  /** Where the result is, in words from the start of the body. */
  readonly resultAt: number;
  /** Whether its tasks hold anything that has to be given up at their end. */
  readonly holdsHandles: boolean;
  /** Whether its tasks may wait for a turn, or listen to a token. */
  readonly waits: boolean;
  readonly returnsNothing: boolean;
  /** Undefined in a thread that runs no tasks. */
  readonly poll: AnyPoll | undefined;
  /** For polls. */
  readonly view: View;
  /** For new tasks: a task that is being polled may spawn one of its own type. */
  private readonly newcomer: View;

  constructor(id: number, description: TypeDescription, poll: AnyPoll | undefined, owner: FieldOwner) {
    const { args, locals, name, result } = description;
    this.id = id;
    this.name = name;
    this.state = new Layout({ ...args, ...locals });
    this.result = makeCodec(result, `the result of the task "${name}"`);
    this.resultAt = this.state.wordCount;
    this.holdsHandles = this.state.handles.length > 0;
    this.waits = this.state.handles.some(({ kind }) => kind !== "task" && kind !== "tasks" && kind !== "buffer");
    this.returnsNothing = result.kind === "none";
    this.poll = poll;
    const make = compile(this.state, (field) => `the field "${field}" of the task "${name}"`, Object.keys(args).length);
    this.view = make(owner);
    this.newcomer = make(owner);
  }

  /** Words of the body. */
  get bodyWords(): number {
    return this.state.wordCount + this.result.layout.wordCount;
  }

  /** Fills in the state of a new task. @throws UnsendableError for an argument that is none */
  initialise({ memory: { words } }: FieldOwner, body: number, args: object): void {
    for (let at = body, end = body + this.state.wordCount; at < end; at++) words[at] = 0;
    this.newcomer.at = body;
    this.newcomer.fill(args);
  }
}

/** Words of the largest body. */
export function largestBody(descriptions: readonly TypeDescription[]): number {
  return Math.max(
    0,
    ...descriptions.map(
      ({ args, locals, result }) =>
        new Layout({ ...args, ...locals }).wordCount + makeCodec(result, "a result").layout.wordCount,
    ),
  );
}

/** All types, by number and by name. */
export class TypeTable {
  /** Number 0 stands for pinned tasks. */
  readonly byId: readonly (TaskType | undefined)[];
  private readonly byName: ReadonlyMap<string, TaskType>;
  private lastTask: object | undefined;
  private lastType: TaskType | undefined;

  /** @param tasks the code, where there is any, by name */
  constructor(descriptions: readonly TypeDescription[], tasks: ReadonlyMap<string, SendTask>, owner: FieldOwner) {
    const types = descriptions.map(
      // A task type's own layout says what its poll function takes.
      (description, i) =>
        new TaskType(i + 1, description, tasks.get(description.name)?.poll as AnyPoll | undefined, owner),
    );
    this.byId = [undefined, ...types];
    this.byName = new Map(types.map((type) => [type.name, type]));
  }

  /** @throws UnknownTaskError */
  of(task: SendTask): TaskType {
    if (task === this.lastTask && this.lastType !== undefined) return this.lastType;
    const type = this.byName.get(task.name);
    if (type === undefined) throw new UnknownTaskError(task.name, [...this.byName.keys()]);
    this.lastTask = task;
    this.lastType = type;
    return type;
  }
}
