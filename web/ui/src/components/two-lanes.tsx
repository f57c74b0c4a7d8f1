const STEP = 5;
const BARS = 112;

/** Who speaks when: turns of talk between the upper lane and the lower one. Drawn, not recorded. */
function heightOf(index: number, lane: 0 | 1): number {
  const turn = Math.floor(index / 14) % 2;
  if (turn !== lane || index % 14 > 11) return 1.5;
  return 3 + 9 * Math.abs(Math.sin(index * 1.7) * Math.cos(index * 0.61));
}

/** The two-lane wave, agent above and client below: the product's signature. */
export function TwoLanes({ className }: { className?: string | undefined }) {
  const bars = Array.from({ length: BARS }, (_, index) => index);
  const lane = (which: 0 | 1, colour: string, middle: number) => (
    <g fill={colour}>
      {bars.map((index) => {
        const height = heightOf(index, which);
        return (
          <rect
            key={index}
            x={index * STEP}
            y={middle - height}
            width="2.500"
            height={height * 2}
            rx="1.250"
          />
        );
      })}
    </g>
  );
  return (
    <svg className={className} viewBox={`0 0 ${BARS * STEP} 52`} width="100%" aria-hidden="true">
      {lane(0, "var(--accent)", 13)}
      {lane(1, "var(--live)", 38)}
    </svg>
  );
}
