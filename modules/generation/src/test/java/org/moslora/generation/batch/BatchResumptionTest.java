package org.moslora.generation.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.pictures.FailedRows;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.ImageRows;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;

/** However the work is divided, killed and begun again, a folder holds the same bytes in the end, each picture once. */
final class BatchResumptionTest {
    private static final int PROMPTS = 14;

    @TempDir
    private Path folder;

    private Path prompts = Path.of("");

    @BeforeEach
    void write() throws IOException {
        prompts = folder.resolve("prompts.jsonl");
        Path adapter = Files.writeString(folder.resolve("cat, odd: one.safetensors"), "weights");
        String[] more = {
            "",
            ", \"width\": 24",
            ", \"negative\": \"blurry, \\\"low\\\"\\nNegative prompt: x\"",
            ", \"scheduler\": \"euler-a\", \"seed\": 77",
            ", \"guidance\": 1, \"clip_skip\": 1",
            ", \"adapters\": [\"" + adapter + ":0.5\"]",
            ", \"images\": 2, \"steps\": 3"
        };
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < PROMPTS; i++) {
            lines.add("{\"prompt\": \"猫 number " + i + ", \\\"so\\\"\\nSteps: 1, Seed: 2, Size: 8x8\""
                    + more[i % more.length] + "}");
        }
        Files.write(prompts, lines);
    }

    private BatchGeneration call(String out, Shard shard, ToyPictures toy) {
        Options options = Options.NONE.with(Option.STEPS, 2L).with(Option.SEED, 5L);
        BatchRequest request = new BatchRequest(
                new PromptSource.Lines(prompts), options, folder.resolve(out), 0, false, shard, false, true);
        return new BatchGeneration(request, told -> toy, remark -> {});
    }

    private BatchSummary run(String out, Shard shard) {
        return call(out, shard, new ToyPictures(3)).run();
    }

    private Map<String, String> pictures(String... outs) throws IOException {
        Map<String, String> pictures = new TreeMap<>();
        for (String out : outs) {
            if (!Files.exists(folder.resolve(out))) {
                continue; // a part without a batch
            }
            try (Stream<Path> files = Files.list(folder.resolve(out))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".png")).toList()) {
                    String bytes = HexFormat.of().formatHex(Files.readAllBytes(file));
                    assertThat(pictures.put(String.valueOf(file.getFileName()), bytes))
                            .as("in one part only")
                            .isNull();
                }
            }
        }
        return pictures;
    }

    private Path rows(String out) {
        return folder.resolve(out).resolve(ImageRows.NAME);
    }

    /** The picture is there, its row is not: the moment between the two. */
    @Test
    void aKillBetweenAPictureAndItsRowPaintsThatPictureAgain() throws IOException {
        run("whole", Shard.WHOLE);
        Map<String, String> whole = pictures("whole");
        List<String> rows = Files.readAllLines(rows("whole"));
        for (int lost = 1; lost <= rows.size(); lost += 6) {
            Files.write(rows("whole"), rows.subList(0, rows.size() - lost));
            BatchSummary summary = run("whole", Shard.WHOLE);
            assertThat(summary.painted()).isEqualTo(lost);
            assertThat(pictures("whole")).isEqualTo(whole);
            assertThat(Files.readAllLines(rows("whole"))).containsExactlyInAnyOrderElementsOf(rows);
        }
    }

    @Test
    void picturesThatAreDeletedAreMadeAgainToTheSameBytes() throws IOException {
        run("whole", Shard.WHOLE);
        Map<String, String> whole = pictures("whole");
        List<String> names = new ArrayList<>(whole.keySet());
        Collections.shuffle(names, new Random(3));
        for (String name : names.subList(0, 6)) {
            Files.delete(folder.resolve("whole").resolve(name));
        }
        assertThat(run("whole", Shard.WHOLE).painted()).isEqualTo(6);
        assertThat(pictures("whole")).isEqualTo(whole);
        assertThat(ImageRows.read(folder.resolve("whole"))).hasSize(whole.size());
    }

    /** Rows are cut anywhere, also inside of a letter of several bytes. */
    @Test
    void aRowThatIsCutAnywhereCostsOnePicture() throws IOException {
        run("whole", Shard.WHOLE);
        Map<String, String> whole = pictures("whole");
        byte[] bytes = Files.readAllBytes(rows("whole"));
        Random random = new Random(5);
        for (int i = 0; i < 4; i++) {
            int cut = bytes.length - 2 - random.nextInt(120);
            Files.write(rows("whole"), java.util.Arrays.copyOf(bytes, cut));
            assertThat(run("whole", Shard.WHOLE).painted()).isEqualTo(1);
            assertThat(pictures("whole")).isEqualTo(whole);
            assertThat(ImageRows.read(folder.resolve("whole"))).hasSize(whole.size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 17})
    void anyNumberOfPartsTogetherMakeWhatOneMakes(int count) throws IOException {
        run("whole", Shard.WHOLE);
        String[] parts = new String[count];
        long painted = 0;
        for (int i = 0; i < count; i++) {
            parts[i] = "part-" + i;
            painted += run(parts[i], new Shard(i + 1, count)).painted();
            run("together", new Shard(count - i, count));
        }
        Map<String, String> whole = pictures("whole");
        assertThat(painted).isEqualTo(whole.size());
        assertThat(pictures(parts)).isEqualTo(whole);
        assertThat(pictures("together"))
                .as("also in one folder, in another order")
                .isEqualTo(whole);
        assertThat(run("together", Shard.WHOLE).painted())
                .as("and nothing is left")
                .isZero();
    }

    /** Others who are told numbers of batches paint them in whatever order, and are told again what was lost. */
    @Test
    void aCrewMakesWhatOneProcessMakes() throws IOException {
        run("whole", Shard.WHOLE);
        BatchGeneration shared = call("crew", Shard.WHOLE, new ToyPictures(3));
        BatchSummary summary = shared.run((units, batch, done) -> {
            assertThat(batch).isEqualTo(3);
            List<BatchUnit> mixed = new ArrayList<>(units);
            Collections.shuffle(mixed, new Random(1));
            try (BatchSession one = shared.session();
                    BatchSession other = shared.session()) {
                for (int i = 0; i < mixed.size(); i++) {
                    done.accept((i % 3 == 0 ? one : other).paint(mixed.get(i)));
                }
            }
        });
        assertThat(summary.painted()).isEqualTo(pictures("whole").size());
        assertThat(summary.failed()).isZero();
        assertThat(pictures("crew")).isEqualTo(pictures("whole"));
        assertThat(run("crew", Shard.WHOLE).painted()).as("its rows are there").isZero();
    }

    @Test
    void aCrewIsAskedForWhatIsMissingOnly() throws IOException {
        run("crew", Shard.WHOLE);
        Map<String, String> whole = pictures("crew");
        Files.delete(folder.resolve("crew/00000-5.png"));
        List<BitSet> wanted = new ArrayList<>();
        BatchGeneration shared = call("crew", Shard.WHOLE, new ToyPictures(3));
        BatchSummary summary = shared.run((units, batch, done) -> {
            units.forEach(unit -> wanted.add(unit.wanted()));
            try (BatchSession session = shared.session()) {
                units.forEach(unit -> done.accept(session.paint(unit)));
            }
        });
        assertThat(wanted).containsExactly(BitSet.valueOf(new long[] {1}));
        assertThat(summary.painted()).isEqualTo(1);
        assertThat(pictures("crew")).isEqualTo(whole);
    }

    @Test
    void adaptersThatFollowOneAnotherAreLoadedOnce() throws IOException {
        Path adapter = folder.resolve("cat, odd: one.safetensors");
        String with = ", \"adapters\": [\"" + adapter + ":0.5\"]}\n";
        Files.writeString(prompts, ("{\"prompt\": \"a\"" + with).repeat(7) + "{\"prompt\": \"b\"}\n");
        ToyPictures toy = new ToyPictures(3);
        call("out", Shard.WHOLE, toy).run();
        assertThat(toy.loaded).containsExactly("0.0", "0.5", "0.0");
        // Guidance has two rows a picture: of three, three, one, and the one without the adapter.
        assertThat(toy.batches).containsExactly(6, 6, 2, 2);
    }

    /** What a picture says of its making is all that it takes to make it again, place in its batch included. */
    @Test
    void everyPictureMakesItselfAgain() throws IOException {
        run("whole", Shard.WHOLE);
        int number = 0;
        for (Map.Entry<String, String> each : pictures("whole").entrySet()) {
            if (number == 7) {
                break; // all kinds of rows were there
            }
            Path picture = folder.resolve("whole").resolve(each.getKey());
            Path again = folder.resolve("again-" + number++);
            BatchRequest request =
                    BatchRequest.of(new PromptSource.FromPicture(picture), Options.NONE, again, 0, false);
            new BatchGeneration(request, told -> new ToyPictures(3), remark -> {}).run();
            try (Stream<Path> made = Files.list(again)) {
                Path only = made.filter(file -> file.toString().endsWith(".png"))
                        .findFirst()
                        .orElseThrow();
                assertThat(HexFormat.of().formatHex(Files.readAllBytes(only)))
                        .as(each.getKey())
                        .isEqualTo(each.getValue());
            }
        }
    }

    /** The last seed there is, and the pictures after it. */
    @Test
    void theLargestSeedIsFollowedByOneThatIsASeed() throws IOException {
        Files.writeString(
                prompts,
                "{\"prompt\": \"a\", \"seed\": " + Long.MAX_VALUE + ", \"images\": 3}\n{\"prompt\": \"b\"}\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(run("out", Shard.WHOLE).painted()).isEqualTo(4);
        assertThat(pictures("out").values()).doesNotHaveDuplicates();
        for (String name : pictures("out").keySet()) {
            assertThat(GenerationParameters.read(folder.resolve("out").resolve(name))
                            .options()
                            .get(Option.SEED, -1L))
                    .isNotNegative();
        }
        BatchSummary again = run("out", Shard.WHOLE);
        assertThat(again.there()).isEqualTo(4);
        assertThat(again.painted()).isZero();
        assertThat(FailedRows.names(folder.resolve("out"))).isEmpty();
    }
}
