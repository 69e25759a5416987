import { run } from "@quri/squiggle-lang";
const samples = Number(process.argv[2]), rounds = Number(process.argv[3] ?? 3);
const u = (x) => `SampleSet.fromDist(uniform(${0.8 * x}, ${1.2 * x}))`;
const code = `
pull = ${u(0.03)}
lag = ${u(7)}
churn = ${u(0.02)}
yieldOf = ${u(70)}
ordering = ${u(0.06)}
wear = ${u(0.015)}
costShare = ${u(0.7)}
zero = SampleSet.fromDist(uniform(-1e-9, 1e-9))
step(s, m) = {
  interest = pull * s.sales
  live = s.funnel / lag
  lost = churn * s.sales
  can = s.power * yieldOf
  served = SampleSet.min(s.sales, can)
  ordered = ordering * served / yieldOf
  worn = wear * s.power
  profit = served - costShare * can
  { funnel: s.funnel + interest - live, sales: s.sales + live - lost, power: s.power + ordered - worn, cash: s.cash + profit }
}
end = List.reduce(List.upTo(1, 36), { funnel: ${u(40)}, sales: ${u(100)}, power: ${u(2)}, cash: zero }, step)
[mean(end.cash), quantile(end.cash, 0.05), quantile(end.cash, 0.95)]
`;
for (let i = 0; i < rounds; i++) {
  const t = performance.now(), c = process.cpuUsage();
  const out = await run(code, { environment: { sampleCount: samples, xyPointLength: 1000 } });
  const ms = performance.now() - t, used = process.cpuUsage(c);
  if (!out.result.ok) { console.error(out.result.value.toString()); process.exit(1); }
  console.log(JSON.stringify({ samples, ms, cpu: (used.user + used.system) / 1000, cash: out.result.value.result.toString() }));
}
