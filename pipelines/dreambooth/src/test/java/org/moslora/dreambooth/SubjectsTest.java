package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.examples.image.Picture;
import org.moslora.examples.subject.Subject;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;

/** Which pictures are learnt from and which are held back, and what people are told of their folders. */
class SubjectsTest {
    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();

    private Path pictures(String name, int count, int side) {
        Path made = folder.resolve(name);
        try {
            Files.createDirectories(made);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        for (int i = 0; i < count; i++) {
            byte[] rgb = new byte[3 * side * side];
            new Random(100L * side + i).nextBytes(rgb);
            PngFile.write(made.resolve("picture-" + i + ".png"), new Picture(side, side, rgb));
        }
        return made;
    }

    private RecipeBuilder<DreamBoothRecipe> recipe(Path... subjects) {
        List<Object> instance = new ArrayList<>();
        for (Path subject : subjects) {
            instance.add(Map.of("images", subject.toString(), "prompt", "a " + subject.getFileName()));
        }
        return DreamBoothRecipe.builder()
                .set("model", folder)
                .set("output", folder.resolve("run"))
                .set("instance", instance)
                .set("resolution", 16);
    }

    private Subjects read(DreamBoothRecipe recipe) {
        return Subjects.read(recipe, told::add);
    }

    private static List<Path> files(List<Subject> subjects) {
        return subjects.stream()
                .flatMap(subject -> subject.pictures().pictures().stream())
                .map(picture -> picture.file())
                .toList();
    }

    /** A share is rounded, and is one picture at least. */
    @ParameterizedTest
    @CsvSource({"0, 10, 0", "0.05, 10, 1", "0.25, 10, 3", "0.24, 10, 2", "0.5, 2, 1", "0.001, 2, 1"})
    void aShareOfEachSubjectIsHeldBack(double fraction, int count, int heldBack) {
        DreamBoothRecipe recipe = recipe(pictures("cats", count, 16))
                .set("validation.fraction", fraction)
                .build();
        Subjects subjects = read(recipe);
        assertThat(files(subjects.heldBack())).hasSize(heldBack);
        List<Path> all = new ArrayList<>(files(subjects.all()));
        all.addAll(files(subjects.heldBack()));
        assertThat(all).hasSize(count).doesNotHaveDuplicates();
        assertThat(subjects.pictures()).isEqualTo(count - heldBack);
    }

    @Test
    void whichAreHeldBackIsChosenByTheValidationsSeedAlone() {
        Path cats = pictures("cats", 12, 16);
        TreeSet<List<String>> chosen = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
        for (long seed = 0; seed < 8; seed++) {
            RecipeBuilder<DreamBoothRecipe> recipe =
                    recipe(cats).set("validation.fraction", 0.25).set("validation.seed", seed);
            List<Path> held = files(read(recipe.build()).heldBack());
            assertThat(held).hasSize(3).isSorted();
            assertThat(files(read(recipe.set("training.seed", 99).build()).heldBack()))
                    .isEqualTo(held);
            chosen.add(held.stream().map(Path::toString).toList());
        }
        assertThat(chosen).as("other seeds choose others").hasSizeGreaterThan(4);
    }

    @Test
    void repeatsCountWhereItIsLearntAndNotWhereItIsLookedAt() {
        Path cats = pictures("cats", 4, 16);
        DreamBoothRecipe recipe = DreamBoothRecipe.builder()
                .set("model", folder)
                .set("output", folder.resolve("run"))
                .set("instance.images", cats)
                .set("instance.prompt", "a cat")
                .set("instance.repeats", 5)
                .set("resolution", 16)
                .set("validation.fraction", 0.25)
                .set("training.batch_size", 2)
                .set("training.gradient_accumulation", 2)
                .build();
        Subjects subjects = read(recipe);
        assertThat(subjects.pictures()).isEqualTo(15);
        assertThat(subjects.stepsPerRound()).as("15 pictures, four a step").isEqualTo(4);
        assertThat(subjects.heldBack())
                .singleElement()
                .satisfies(subject -> assertThat(subject.repeats()).isEqualTo(1));
        assertThat(subjects.plan(null).step(0))
                .hasSize(2)
                .allSatisfy(shots -> assertThat(shots).hasSize(2));
    }

    @Test
    void everySubjectThatCannotBeReadIsNamedByItsNumber() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Path junk = Files.createDirectories(folder.resolve("junk"));
        Files.writeString(junk.resolve("cut.png"), "no picture");
        DreamBoothRecipe recipe = recipe(pictures("cats", 2, 16), empty, junk).build();
        assertThatThrownBy(() -> read(recipe))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("instance[1].images")
                .hasMessageContaining("empty holds no picture")
                .hasMessageContaining("instance[2].images")
                .hasMessageContaining("cut.png");
    }

    @Test
    void oneOfSeveralThatWouldBeHeldBackWholeIsNamed() {
        DreamBoothRecipe recipe = recipe(pictures("cats", 4, 16), pictures("dogs", 1, 16))
                .set("validation.fraction", 0.25)
                .build();
        assertThatThrownBy(() -> read(recipe))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("instance[1].images")
                .hasMessageContaining("holds 1 pictures")
                .hasMessageContaining("leaves none to learn from");
    }

    @Test
    void picturesThatWillBeEnlargedAreToldAndFewOfThemNamed() {
        read(recipe(pictures("small", 5, 12), pictures("large", 2, 16)).build());
        assertThat(told)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("small: 5 pictures are smaller than resolution 16")
                        .contains("picture-0.png, picture-1.png, picture-2.png, …")
                        .doesNotContain("picture-3.png"));
    }
}
