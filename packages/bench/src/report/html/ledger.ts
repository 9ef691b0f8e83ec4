// The ledger of claims: each with its verdict, what was found part by part, and what to type to test it again. Real tokio's answers
// stand beside the others. Filters are checkboxes that the style sheet reads.
import { quantity } from "../../claims/index.ts";
import type { EffectSize, JudgedClaim, Part, SamplePointer } from "../../claims/index.ts";
import { VERDICTS } from "../answer.ts";
import { claimsGrid } from "../claims-grid.ts";
import { levelPhrase } from "../levels.ts";
import { tested } from "../prose.ts";
import { percent } from "../units.ts";
import { escapeHtml } from "./escape.ts";
import { details, paragraph } from "./markup.ts";
import type { Page } from "./page.ts";
import type { Axis } from "./strip.ts";
import { axisOf, axisStrip, effectStrip } from "./strip.ts";
import { htmlTable } from "./table.ts";
import { verdictClass, verdictWord } from "./verdict.ts";

/** Filters, claims, and all of it as one table. */
export function ledgerBody(page: Page): string {
  const { claims } = page.analysis;
  if (claims.length === 0) return paragraph("No claim was part of this run.");
  return [
    paragraph(
      "Each claim was fixed as a predicate before anything was measured. In the small charts the dot is the effect and the bar its 95 % " +
        "interval; the upright line is the bound that was asked for, open to the side on which the claim holds, and the shade around it " +
        "what two runs of the same program differ by.",
      "quiet small",
    ),
    filters(claims),
    claims.map((claim) => claimArticle(page, claim)).join("\n"),
    details("The ledger as a table", htmlTable(claimsGrid(claims)), "bulk"),
  ].join("\n");
}

function filters(claims: readonly JudgedClaim[]): string {
  const choices = VERDICTS.flatMap((verdict) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    if (count === 0) return [];
    const box = `<input type="checkbox" id="show-${verdictClass(verdict)}" checked>`;
    return `<label class="choice">${box}${verdictWord(verdict)} <span class="quiet">${count}</span></label>`;
  });
  return (
    `<fieldset class="filters"><legend>Show</legend>${choices.join("")}</fieldset>` +
    `<p class="status quiet small" role="status">${claims.length === 1 ? "1 claim" : `${claims.length} claims`}</p>`
  );
}

function claimArticle(page: Page, claim: JudgedClaim): string {
  const { id, source, statement, verdict, inPart, onTokio, parts, command } = claim;
  const part = inPart === true ? `<span class="quiet">asked in part</span>` : "";
  const name = escapeHtml(id);
  const tokio = onTokio === undefined ? "" : `<span><span class="quiet">on tokio</span> ${verdictWord(onTokio)}</span>`;
  // What is settled can wait; what is not explains itself at once.
  const open = verdict === "supported" || verdict === "not runnable here" ? "" : " open";
  return (
    `<article class="claim ${verdictClass(verdict)}" id="claim-${name}" aria-labelledby="claim-${name}-title">` +
    `<h3 id="claim-${name}-title"><span class="id">${name}</span>${escapeHtml(statement)}</h3>` +
    `<div class="verdicts">${verdictWord(verdict)}${part}${tokio}<span class="quiet">${escapeHtml(source)}</span></div>` +
    `<details${open}><summary>${escapeHtml(`${id}: ${summaryOf(parts)}`)}</summary>` +
    `<p class="small"><span class="quiet">Tested:</span> ${escapeHtml(tested(claim))}${escapeHtml(minimumEffect(claim))}</p>` +
    sides(page, claim) +
    `<p class="command"><span class="quiet small">Test just this claim:</span> <code>${escapeHtml(command)}</code></p>` +
    "</details></article>"
  );
}

function minimumEffect({ minimumEffect: least }: JudgedClaim): string {
  return least === 0 ? "" : ` Differences below ${percent(least)} count as none.`;
}

/** "8 answers: 7 supported, 1 inconclusive". */
function summaryOf(parts: readonly Part[]): string {
  const counts = VERDICTS.flatMap((verdict) => {
    const count = parts.filter((part) => part.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return `${parts.length} ${parts.length === 1 ? "answer" : "answers"}: ${counts.join(", ")}`;
}

function sides(page: Page, { parts, onTokio }: JudgedClaim): string {
  const axes = axesOf(parts);
  if (onTokio === undefined) return partList(page, parts, axes);
  const isTokios = ({ contender }: Part): boolean => contender === "tokio" || contender.startsWith("tokio ");
  const side = (title: string, those: readonly Part[]): string =>
    `<div><h4>${title}</h4>${partList(page, those, axes)}</div>`;
  return `<div class="sides">${side(
    "Here",
    parts.filter((part) => !isTokios(part)),
  )}${side("On tokio", parts.filter(isTokios))}</div>`;
}

/** Parts of a claim that have the same unit are drawn on the same axis. */
function axesOf(parts: readonly Part[]): ReadonlyMap<EffectSize["unit"], Axis> {
  const byUnit = Map.groupBy(
    parts.flatMap(({ effect, asked }) => (effect === undefined ? [] : [{ effect, asked }])),
    ({ effect }) => effect.unit,
  );
  return new Map(
    [...byUnit].flatMap(([unit, those]) => {
      const axis = axisOf(
        those.flatMap(({ effect: { estimate }, asked }) => [
          ...[estimate.value, estimate.low, estimate.high].filter(Number.isFinite),
          ...[asked?.low, asked?.high].filter((bound) => bound !== undefined),
        ]),
      );
      return axis === undefined ? [] : [[unit, axis] as const];
    }),
  );
}

function partList(page: Page, parts: readonly Part[], axes: ReadonlyMap<EffectSize["unit"], Axis>): string {
  return `<ul class="parts">${parts.map((part) => partItem(page, part, axes)).join("")}</ul>`;
}

function partItem(page: Page, part: Part, axes: ReadonlyMap<EffectSize["unit"], Axis>): string {
  const { verdict, because, effect, asked } = part;
  const axis = effect && axes.get(effect.unit);
  const drawing =
    effect === undefined || asked === undefined || axis === undefined
      ? ""
      : `<div class="effect">${effectStrip(axis, page.colour(part.contender), effect.estimate, asked)}` +
        `${axisStrip(axis, (value) => tickText(value, effect.unit))}</div>`;
  return `<li><p>${verdictWord(verdict)} ${escapeHtml(because)}</p><p class="facts">${factsOf(page, part)}</p>${drawing}</li>`;
}

/** Without zeros that say nothing: "0.2×", "50 µs". */
function tickText(value: number, unit: EffectSize["unit"]): string {
  const [number = "", symbol] = quantity(value, unit).split(" ");
  if (symbol === undefined) return number;
  return unit === "times" ? `${Number(number)}×` : `${Number(number)} ${symbol}`;
}

/** What the verdict rests on, in short. */
function factsOf(page: Page, part: Part): string {
  const { rounds, adjustedP, asked, moreRounds, samples } = part;
  const facts = [
    rounds === 1 ? "1 round" : `${rounds} rounds`,
    ...(asked !== undefined && asked.floor > 0 ? [`noise floor ${percent(asked.floor)}`] : []),
    ...(adjustedP === undefined ? [] : [`adjusted p ${probability(adjustedP)}`]),
    ...(moreRounds === undefined
      ? []
      : [
          `about ${moreRounds} more ${moreRounds === 1 ? "round" : "rounds"} would settle it (--rounds ${rounds + moreRounds})`,
        ]),
  ].map(escapeHtml);
  const links = samples.flatMap((pointer) => sampleLink(page, pointer));
  const charts = [...new Set(samples.map(({ scenario }) => scenario))]
    .filter((name) => page.run.scenarios.some((each) => each.name === name))
    .map((name) => `<a href="#${page.scenarioId(name)}">${escapeHtml(name)}</a>`);
  return [
    ...facts,
    ...(charts.length === 0 ? [] : [`charts: ${charts.join(", ")}`]),
    ...(links.length === 0 ? [] : [`samples: ${links.join(", ")}`]),
  ].join(" · ");
}

function sampleLink(page: Page, pointer: SamplePointer): string[] {
  const id = page.rawId(pointer);
  const scenario = page.run.scenarios.find(({ name }) => name === pointer.scenario);
  if (id === undefined || scenario === undefined) return [];
  return [
    `<a href="#${id}">${escapeHtml(pointer.contender)} at ${escapeHtml(levelPhrase(scenario, pointer.level))}</a>`,
  ];
}

function probability(p: number): string {
  if (p < 0.001) return "below 0.001";
  return p > 0.999 ? "1" : p.toFixed(3);
}
