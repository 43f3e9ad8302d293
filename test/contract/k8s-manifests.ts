// The objects that infra/k8s describes, and what is in them.
import { parse, parseAllDocuments } from 'yaml';
import { textOf } from './deployment-files.ts';

/** A Kubernetes object, loosely: a test says what it expects to find in it. */
// biome-ignore lint/suspicious/noExplicitAny: its shape is Kubernetes'
type Manifest = any;

export const podOf = (name: string): Manifest => manifestOf(/^(StatefulSet|Deployment|Job)$/, name).spec.template.spec;

export function podEnvironment(name: string): Record<string, string> {
  const [container] = podOf(name).containers;
  const parts = container.envFrom.map(({ configMapRef, secretRef }: Manifest) =>
    configMapRef === undefined
      ? manifestOf(/^Secret$/, secretRef.name).stringData
      : manifestOf(/^ConfigMap$/, configMapRef.name).data,
  );
  return Object.assign({}, ...parts);
}

export function portsOf(name: string): Record<string, number | string> {
  const { metadata, spec } = manifestOf(/^(StatefulSet|Deployment)$/, name).spec.template;
  const ports = spec.containers[0].ports.map((port: Manifest) => [port.name, port.containerPort]);
  return { ...Object.fromEntries(ports), scraped: metadata.annotations['prometheus.io/port'] };
}

const manifestOf = (kind: RegExp, name: string): Manifest =>
  manifests().find(({ kind: one, metadata }: Manifest) => kind.test(one) && metadata.name === name);

/** What `kubectl apply -k` applies, and the secrets that it wants to be there. */
function manifests(): Manifest[] {
  const { resources } = parse(textOf('infra/k8s/kustomization.yaml')) as { resources: string[] };
  return [...resources, 'secret.example.yaml'].flatMap((name) =>
    parseAllDocuments(textOf(`infra/k8s/${name}`)).map((document) => document.toJS()),
  );
}
