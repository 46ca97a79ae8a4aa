import { statSync } from "node:fs";
import type { Command } from "commander";
import type { SavedModel } from "../../io/saved-model.js";
import { formatBytes } from "../../nn/memory.js";
import { connections } from "../../nn/state.js";
import { deadNeurons, degrees, type Spread, spread } from "../degrees.js";
import { grouped, percent, table } from "../format.js";
import { readModel } from "../model-file.js";
import { addSettings } from "../options.js";
import { printJson, type Terminal } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice inspect runs/digits-npset-1/model.safetensors
  coppice inspect runs/digits-npset-1/checkpoint.safetensors --json
`;

export function addInspect(program: Command, terminal: Terminal): void {
  const command = program
    .command("inspect")
    .description("shapes, densities and degrees of a model")
    .argument("<MODEL>", "model.safetensors or a checkpoint of a run");
  addSettings(command, "Options", [{ flags: "--json", help: "print results as one JSON document" }]);
  command.addHelpText("after", EXAMPLES).action((path: string) => {
    const document = describe(path, readModel(path));
    if (command.opts<{ json?: boolean }>().json) printJson(terminal, document);
    else terminal.out(`${lines(document).join("\n")}\n`);
  });
}

type Description = ReturnType<typeof describe>;

function describe(path: string, { network, config, features, classes, input, training }: SavedModel) {
  const layers = network.layers.map((layer, i) => {
    const nnz = connections(layer);
    const { fanIn, fanOut } = degrees(layer);
    const state = layer.state.length + layer.biasState.length > 0;
    const cells = layer.in * layer.out;
    return {
      in: layer.in,
      out: layer.out,
      kind: layer.topology ? "sparse" : "dense",
      nnz,
      density: nnz / cells,
      fanIn: spread(fanIn),
      fanOut: spread(fanOut),
      dead: deadNeurons(network, i),
      state,
    };
  });
  const nnz = layers.reduce((sum, layer) => sum + layer.nnz, 0);
  return {
    model: path,
    bytes: statSync(path).size,
    neurons: [features, ...layers.map((layer) => layer.out)],
    parameters: nnz + layers.reduce((sum, layer) => sum + layer.out, 0),
    nnz,
    layers,
    classes,
    activation: config.activation,
    optimizer: config.optimizer.name,
    standardized: input !== null,
    epoch: training?.epoch ?? null,
  };
}

function lines(document: Description): string[] {
  const { bytes, neurons, parameters, nnz, layers, classes, activation, optimizer, standardized, epoch } = document;
  const header = ["layer", "in", "out", "kind", "connections", "density", "fan-in min/med/max", "fan-out min/med/max", "dead"];
  const degree = ({ min, median, max }: Spread) => `${min}/${median}/${max}`;
  const rows = layers.map((layer, i) => [
    String(i),
    grouped(layer.in),
    grouped(layer.out),
    layer.kind,
    grouped(layer.nnz),
    percent(layer.density, 2),
    degree(layer.fanIn),
    degree(layer.fanOut),
    grouped(layer.dead),
  ]);
  const shown = classes.slice(0, 12).join(", ") + (classes.length > 12 ? `, ... (${classes.length})` : "");
  return [
    `${document.model}: ${formatBytes(bytes)}`,
    `network     ${neurons.join("-")}, ${grouped(nnz)} connections, ${grouped(parameters)} parameters, activation ${activation}`,
    `training    ${epoch === null ? "not recorded" : `${epoch} epochs with ${optimizer}`}; inputs ${standardized ? "standardised" : "used raw"}${layers.some((layer) => layer.state) ? "; with optimiser state" : ""}`,
    `classes     ${shown}`,
    "",
    ...table([header, ...rows]),
    "",
    "dead: hidden neurons of the layer's outputs that no connection enters or none leaves",
  ];
}
