import { createRequire } from 'node:module';

/** What is used of Microsoft's own parser of the query language. */
interface KustoLanguage {
  readonly Symbols: {
    readonly TableSymbol: { From(schema: string): { WithName(name: string): unknown } };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly unknown[]) => unknown };
  };
  readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
  readonly KustoCode: {
    ParseAndAnalyze(
      query: string,
      globals: unknown,
    ): {
      GetDiagnostics(): { readonly Count: number; getItem(index: number): { readonly Message: string } };
    };
  };
}

const require = createRequire(import.meta.url);
// The package leaves what it exports in the global scope.
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
const { Language } = (globalThis as unknown as { Kusto: { Language: KustoLanguage } }).Kusto;

/** Columns of a log line (learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces). */
const APP_TRACES = `(TenantId: string, TimeGenerated: datetime, Message: string, SeverityLevel: int, Properties: dynamic,
  Measurements: dynamic, OperationName: string, OperationId: string, ParentId: string, SyntheticSource: string,
  SessionId: string, UserId: string, AppVersion: string, AppRoleName: string, AppRoleInstance: string,
  ClientType: string, ClientIP: string, ResourceGUID: string, IKey: string, SDKVersion: string, ItemCount: int,
  ReferencedItemId: string, ReferencedType: string, SourceSystem: string, Type: string, _ResourceId: string)`;

const { TableSymbol, DatabaseSymbol } = Language.Symbols;
const workspace = new DatabaseSymbol.ctor('workspace', [TableSymbol.From(APP_TRACES).WithName('AppTraces')]);
const globals = Language.GlobalState.Default.WithDatabase(workspace);

/** What the parser finds wrong with a query against the log's table. */
export function queryFaults(query: string): string[] {
  const found = Language.KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, index) => found.getItem(index).Message);
}
