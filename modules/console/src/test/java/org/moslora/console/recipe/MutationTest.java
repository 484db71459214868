package org.moslora.console.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** Damaged recipes are read or refused, and nothing else; {@code -Dtests.seed=…} repeats a run. */
class MutationTest {
    private static final String SPICE = "\t\n\r :-[]{}&*!|>'\"%@`#,?~0129.eEaxz_\\/\u0000\u0007é😀<=";

    @TempDir
    Path folder;

    @Test
    void aThousandDamagedRecipes() {
        Kitchen kitchen = Kitchen.in(folder);
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 1000; i++) {
            String damaged = damage(Kitchen.VALID, random);
            String override = damage("adapter.targets=[q_proj,v_proj]", random);
            try {
                Bound<Tuning> bound = kitchen.read(damaged, i % 4 == 0 ? override : "adapter.rank=4");
                assertThat(kitchen.read(bound.yaml()).recipe()).isEqualTo(bound.recipe());
                read++;
            } catch (InvalidInput invalid) {
                assertThat(invalid.problems())
                        .isNotEmpty()
                        .allSatisfy(problem -> assertThat(problem.toString())
                                .contains(problem.where().contains("recipe.yaml") ? "recipe.yaml" : "command line")
                                .doesNotContain("org.", "java."));
            } catch (RuntimeException | StackOverflowError other) {
                String told = "-Dtests.seed=" + seed + ", mutation " + i + ":\n" + damaged + "\n" + override;
                // A report with a zero in it is cut there.
                fail(other + " at " + told.replace('\0', '0'), other);
            }
        }
        System.out.println("MutationTest: -Dtests.seed=" + seed + ", " + read + " of 1000 still read");
    }

    private static String damage(String text, Random random) {
        StringBuilder damaged = new StringBuilder(text);
        int wounds = 1 + random.nextInt(1 + random.nextInt(3));
        for (int i = 0; i < wounds && damaged.length() > 8; i++) {
            int at = random.nextInt(damaged.length());
            int end = Math.min(damaged.length(), at + 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 6));
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4 -> damaged.delete(at, end);
                case 5, 6, 7, 8, 9 -> damaged.insert(at, SPICE.charAt(random.nextInt(SPICE.length())));
                case 10, 11, 12, 13, 14 -> damaged.setCharAt(at, SPICE.charAt(random.nextInt(SPICE.length())));
                case 15, 16, 17, 18 -> damaged.insert(random.nextInt(damaged.length()), damaged.substring(at, end));
                default -> damaged.setLength(Math.max(8, at));
            }
        }
        return damaged.toString();
    }
}
