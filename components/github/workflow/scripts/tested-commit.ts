/** Fails if the commit that another workflow tested is not on the branch. The branches must have been fetched. */
export const checkTestedCommit = `if ! git merge-base --is-ancestor "$COMMIT" "refs/remotes/origin/$BRANCH"; then
  echo "::error title=Not a commit of the branch::The commit $COMMIT is not on the branch $BRANCH, so it is not deployed. Probably a tag has the branch's name."
  exit 1
fi
`;
