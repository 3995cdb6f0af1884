export const noteTime = `echo "time=$(date +%s)" >> "$GITHUB_OUTPUT"
`;

/** Outputs how long the deployment took. */
export const measureTime = `if [[ -n "$BEGUN" ]]; then
  seconds=$(( $(date +%s) - BEGUN ))
  echo "took=$((seconds / 60)) min $((seconds % 60)) s" >> "$GITHUB_OUTPUT"
else
  echo "took=no deployment was started" >> "$GITHUB_OUTPUT"
fi
`;
