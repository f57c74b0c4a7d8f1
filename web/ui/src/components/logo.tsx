/** The mark: a pulse on a plate. */
export function Logo({ size, isInverse = false }: { size: number; isInverse?: boolean }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill={isInverse ? "#fff" : "var(--ink)"} />
      <path
        d="M5.500 17H10l3.200-8.500 5.400 15.500 3.300-9.500 1.300 2.500h3.300"
        fill="none"
        stroke={isInverse ? "#15171b" : "var(--surface)"}
        strokeWidth="2.400"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
