// Why a record does not parse, in one line for whoever looks at the dead letters: fields and rules, never a value.

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const MOST = 5;

export function reasonOf({ issues }: { readonly issues: readonly Issue[] }): string {
  const said = issues
    .slice(0, MOST)
    .map(({ path, message }) => `${path.map(String).join('.') || 'record'}: ${message}`);
  const unsaid = issues.length - said.length;
  return [...said, ...(unsaid > 0 ? [`and ${unsaid} more`] : [])].join('; ');
}
