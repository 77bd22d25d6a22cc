/** Days that an image without a tag is kept: a push that failed half-way leaves one, and nobody can name it. */
export const untaggedDays = 14;

/**
 * What is removed: images without a tag. One with a tag may run somewhere, and which ones do is nothing that a
 * repository knows.
 */
export function lifecyclePolicy(): string {
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: `Remove images without a tag after ${untaggedDays} days`,
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: untaggedDays,
        },
        action: { type: "expire" },
      },
    ],
  });
}
