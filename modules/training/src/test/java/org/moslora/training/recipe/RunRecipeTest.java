package org.moslora.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.console.recipe.Bound;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.layers.Arena;
import org.moslora.problems.InvalidInput;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.TrainingListener;
import org.moslora.training.team.Team;

/** Which recipe a request means, what a resumed run may change of its own, and who may be at a run folder. */
class RunRecipeTest {
    /** A pipeline's recipe of two blocks. */
    public record Small(
            @Meaning("small") String pipeline,
            Path output,
            @Default("{}") AdapterBlock adapter,
            @Default("{}") TrainingBlock training) {}

    private static final RunRecipe<Small> READER = new RunRecipe<>(Small.class, RecipeSpellings.all(), Small::output);

    @TempDir
    Path folder;

    private Path recipe;

    @BeforeEach
    void write() throws IOException {
        recipe = Files.writeString(
                folder.resolve("recipe.yaml"),
                "pipeline: small\noutput: run\nadapter: {rank: 4}\ntraining: {max_steps: 6, seed: 3}\n");
    }

    private RunRequest request(@Nullable Path file, @Nullable Path resume, String... overrides) {
        return new RunRequest(file, List.of(overrides), folder, resume, 1, true);
    }

    private List<Bound<Small>> train(RunRequest request) {
        List<Bound<Small>> bound = new ArrayList<>();
        READER.train(request, bound::add);
        return bound;
    }

    /** A run's folder as a training leaves it. */
    private RunFolder ran(String... overrides) throws IOException {
        Bound<Small> bound = train(request(recipe, null, overrides)).get(0);
        RunFolder run = new RunFolder(bound.recipe().output());
        run.create();
        Files.writeString(run.recipe(), bound.yaml());
        return run;
    }

    @Test
    void pathsInAFileAreMeantFromThereAndOverridesFromWhereOneIs() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("deep"));
        Path own = Files.copy(recipe, deep.resolve("own.yaml"));
        assertThat(READER.look(request(own, null)).recipe().output()).isEqualTo(deep.resolve("run"));
        assertThat(READER.look(request(own, null, "output=other")).recipe().output())
                .isEqualTo(folder.resolve("other"));
    }

    @Test
    void aRunIsGoneOnWithByItsFolderAlone() throws IOException {
        RunFolder run = ran("training.seed=7");
        Small resumed = train(request(null, run.path())).get(0).recipe();
        assertThat(resumed.training().seed()).isEqualTo(7);
        assertThat(resumed.adapter().rank()).isEqualTo(4);
        assertThat(resumed.output()).isEqualTo(run.path());
    }

    /** Folders are moved; where a run lies now is where it goes on. */
    @Test
    void aRunThatWasMovedGoesOnWhereItIs() throws IOException {
        RunFolder run = ran();
        Path moved = Files.move(run.path(), folder.resolve("moved"));
        assertThat(train(request(null, moved)).get(0).recipe().output()).isEqualTo(moved);
        assertThat(run.path()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "training.max_steps=12",
                "training.checkpoint_every=1",
                "training.keep_checkpoints=9",
                "training.checkpointing_keep_gib=0.1",
                "training.weights_keep_gib=2"
            })
    void whatDoesNotTouchItsStepsMayChange(String override) throws IOException {
        RunFolder run = ran();
        assertThat(train(request(null, run.path(), override))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "training.seed=4",
                "training.learning_rate=1.0",
                "training.batch_size=2",
                "training.precision=bf16",
                "training.quantize=nf4",
                "training.gradient_checkpointing=true",
                "adapter.rank=8",
                "adapter.alpha=9",
                "adapter.kind=lora",
                "training.warmup_ratio=0.5"
            })
    void whatWouldMakeAnotherRunOfItIsRefusedByItsKey(String override) throws IOException {
        RunFolder run = ran();
        assertThatThrownBy(() -> train(request(null, run.path(), override)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(override.substring(0, override.indexOf('=')) + ": is ")
                .hasMessageContaining("the run in " + run.path() + " has another value");
    }

    @Test
    void theSameRecipeMayBeNamedAgainAndAnotherIsRefused() throws IOException {
        RunFolder run = ran();
        assertThat(train(request(recipe, run.path()))).hasSize(1);
        Path other = Files.writeString(
                folder.resolve("other.yaml"), Files.readString(recipe).replace("seed: 3", "seed: 4"));
        assertThatThrownBy(() -> train(request(other, run.path())))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("training.seed");
    }

    /** Ended before its first step, a run has not even its recipe. */
    @Test
    void aRunThatBarelyBeganNeedsItsRecipeNamed() throws IOException {
        Path bare = Files.createDirectories(folder.resolve("bare"));
        assertThatThrownBy(() -> train(request(null, bare)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("holds no recipe.yaml");
        assertThat(train(request(recipe, bare)).get(0).recipe().output()).isEqualTo(bare);
    }

    @Test
    void withoutARecipeThereIsNothingToTrain() {
        assertThatThrownBy(() -> train(request(null, null)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("name a recipe file");
    }

    @Test
    void aFolderThatHoldsSomethingIsNotWrittenTo() throws IOException {
        RunFolder run = ran();
        assertThatThrownBy(() -> train(request(recipe, null)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("holds a run already");
        assertThat(READER.look(request(recipe, null)).recipe().output()).isEqualTo(run.path());
    }

    @Test
    void twoTrainingsAreNotAtOneFolderAtATime() {
        READER.train(
                request(recipe, null),
                outer -> assertThatThrownBy(() -> train(request(recipe, null)))
                        .isInstanceOf(InvalidInput.class)
                        .hasMessageContaining("in use"));
        assertThat(train(request(recipe, null))).hasSize(1);
    }

    @Test
    void aRecipeThatAProgramMadeIsTakenAsItIs() {
        Small made = READER.builder("small")
                .set("output", folder.resolve("made"))
                .set("training.max_steps", 2)
                .build();
        RunRequest request = new RunRequest(null, List.of(), folder, null, 1, true, TrainingListener.SILENT, made);
        assertThat(train(request).get(0).recipe()).isEqualTo(made);
        RunRequest foreign =
                new RunRequest(null, List.of(), folder, null, 1, true, TrainingListener.SILENT, new RunFolder(folder));
        assertThatThrownBy(() -> train(foreign))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("another one's than that of a RunFolder");
    }

    @Test
    void whatIsWrittenOutReadsAsTheSame() throws IOException {
        Bound<Small> bound =
                READER.look(request(recipe, null, "adapter={kind: lokr, rank: 4}", "training.epsilon=1e-9"));
        Path written = Files.writeString(folder.resolve("written.yaml"), bound.yaml());
        Bound<Small> again = READER.look(request(written, null));
        assertThat(again.recipe()).isEqualTo(bound.recipe());
        assertThat(again.yaml()).isEqualTo(bound.yaml());
    }

    /** A member of a team, whose leader has locked the folder and looked at it. */
    private record Led(int rank, int size) implements Team {
        @Override
        public boolean isLed() {
            return true;
        }

        @Override
        public int seat() {
            return rank;
        }

        @Override
        public void sum(Arena arena, NDArray values) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double sum(double value) {
            return value;
        }

        @Override
        public long sum(long value) {
            return value;
        }

        @Override
        public void mustAgree(Arena arena, NDArray values, String when) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void membersOfATeamTakeTheFolderThatTheirLeaderHolds() {
        READER.train(request(recipe, null), outer -> {
            RunRequest led = request(recipe, null).with(new Led(1, 2), 4, TrainingListener.SILENT);
            assertThat(train(led).get(0).recipe()).isEqualTo(outer.recipe());
        });
    }
}
