package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.studio.work.AnswerJobs;
import org.moslora.studio.work.Paintings;

/** Questions and pictures that were asked for: by several at once, stopped, failed, and looked at after a restart. */
@Timeout(120)
final class AskedWorkTest {
    @TempDir
    private Path folder;

    private static JsonObject settings(String prompt) {
        JsonObject settings = new JsonObject();
        settings.addProperty("prompt", prompt);
        return settings;
    }

    private static Paintings.Painting painted(Paintings paintings, String id) throws InterruptedException {
        StudioUnderTest.until(
                "picture", () -> !paintings.painting(id).orElseThrow().busy());
        return paintings.painting(id).orElseThrow();
    }

    @Test
    void picturesAreFoundAgainByTheNextStudio() throws Exception {
        String id;
        try (Paintings paintings = new Paintings(folder, ActedProgram::command)) {
            id = paintings.paint(List.of("generate", "--prompt=a cat"), "", settings("a cat"));
            Paintings.Painting done = painted(paintings, id);
            assertThat(done.errors()).isEmpty();
            assertThat(done.files()).extracting(Path::getFileName).hasToString("[00000-5.png]");
        }
        try (Paintings next = new Paintings(folder, ActedProgram::command)) {
            Paintings.Painting found = next.painting(id).orElseThrow();
            assertThat(found.settings().get("prompt").getAsString()).isEqualTo("a cat");
            assertThat(found.settings().get("command").getAsString()).contains("generate", "'--prompt=a cat'");
            assertThat(found.files()).hasSize(1);
            assertThat(found.busy()).isFalse();
            assertThat(next.latest(5)).extracting(Paintings.Painting::id).containsExactly(id);
        }
    }

    @Test
    void whatWentWrongIsTold() throws Exception {
        try (Paintings paintings = new Paintings(folder, ActedProgram::command)) {
            String id = paintings.paint(List.of("generate", "--prompt=broken"), "", settings("broken"));
            assertThat(painted(paintings, id).errors()).containsExactly("error: prompt: is broken");
        }
        try (Paintings none = new Paintings(
                folder, words -> List.of(folder.resolve("no-such-program").toString()))) {
            String id = none.paint(List.of("generate"), "{\"prompt\": \"a\"}\n", settings("a"));
            assertThat(painted(none, id).errors()).singleElement().asString().contains("no-such-program");
        }
    }

    /** Pages ask on threads of their own, and a click may come twice. */
    @Test
    void everyRequestHasAFolderOfItsOwn() throws Exception {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        List<Thread> pages = new ArrayList<>();
        CountDownLatch going = new CountDownLatch(1);
        try (Paintings paintings = new Paintings(folder, words -> List.of("no such program"))) {
            for (int i = 0; i < 8; i++) {
                String prompt = "p" + i;
                pages.add(new Thread(() -> {
                    try {
                        going.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    for (int j = 0; j < 5; j++) {
                        ids.add(paintings.paint(List.of("generate"), "", settings(prompt)));
                    }
                }));
            }
            pages.forEach(Thread::start);
            going.countDown();
            for (Thread page : pages) {
                page.join();
            }
            assertThat(ids).hasSize(40);
            for (int i = 0; i < 8; i++) {
                String prompt = "p" + i;
                assertThat(ids.stream()
                                .map(id -> paintings.painting(id).orElseThrow().settings())
                                .filter(said -> said.get("prompt").getAsString().equals(prompt)))
                        .hasSize(5);
            }
            List<String> latest =
                    paintings.latest(40).stream().map(Paintings.Painting::id).toList();
            assertThat(latest).isSortedAccordingTo(Collections.reverseOrder());
        }
    }

    @Test
    void picturesAreFoundWhateverDigitsALanguageHas() {
        Locale before = Locale.getDefault();
        try (Paintings paintings = new Paintings(folder, words -> List.of("no such program"))) {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            String id = paintings.paint(List.of("generate"), "", settings("a"));
            assertThat(id).matches("[0-9]{13}");
            assertThat(paintings.painting(id)).isPresent();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void foldersThatAreNoRequestsAreLeftOut() throws IOException {
        Path home = folder.resolve(".moslora-studio/pictures");
        for (String name : List.of("0000000000001", "0000000000002", "0000000000003", "0000000000004", "strange")) {
            Files.createDirectories(home.resolve(name));
        }
        Files.writeString(home.resolve("0000000000002/settings.json"), "{\"prompt\": \"a\"}");
        Files.writeString(home.resolve("0000000000003/settings.json"), "{torn");
        Files.writeString(home.resolve("0000000000004/settings.json"), "[]");
        try (Paintings paintings = new Paintings(folder, ActedProgram::command)) {
            assertThat(paintings.latest(10)).extracting(Paintings.Painting::id).containsExactly("0000000000002");
            for (String id : List.of("", "..", "../0000000000002/..", "x", "0000000000009", "\u0000")) {
                assertThat(paintings.painting(id)).as(id).isEmpty();
            }
        }
    }

    private static JsonObject answered(AnswerJobs answers, String id) throws InterruptedException {
        StudioUnderTest.until(
                "answer", () -> !answers.answer(id).orElseThrow().get("busy").getAsBoolean());
        return answers.answer(id).orElseThrow();
    }

    @Test
    void sidesAreAnsweredInTurnAndAFailureEndsTheRest() throws Exception {
        try (AnswerJobs answers = new AnswerJobs(ActedProgram::command)) {
            JsonObject both =
                    answered(answers, answers.ask(List.of(List.of("chat", "one", "hé"), List.of("chat", "two", "hé"))));
            assertThat(both.get("texts")).hasToString("[\"you said hé to one\",\"you said hé to two\"]");
            assertThat(both.getAsJsonArray("errors")).isEmpty();
            JsonObject failed = answered(
                    answers, answers.ask(List.of(List.of("generate", "--prompt=broken"), List.of("chat", "two", "x"))));
            assertThat(failed.get("errors")).hasToString("[\"error: prompt: is broken\"]");
            assertThat(failed.get("texts")).hasToString("[\"\",\"\"]");
        }
    }

    @Test
    void whatIsDoneCannotBeStopped() throws Exception {
        try (AnswerJobs answers = new AnswerJobs(ActedProgram::command)) {
            String id = answers.ask(List.of(List.of("chat", "one", "x")));
            JsonObject done = answered(answers, id);
            answers.stop(id);
            assertThat(answers.answer(id).orElseThrow()).isEqualTo(done);
            answers.stop("none");
        }
    }

    @Test
    void whatIsStoppedWhileItWaitsNeverBegins() throws Exception {
        CountDownLatch going = new CountDownLatch(1);
        List<List<String>> begun = Collections.synchronizedList(new ArrayList<>());
        try (AnswerJobs answers = new AnswerJobs(words -> {
            begun.add(words);
            awaited(going);
            return ActedProgram.command(words);
        })) {
            String first = answers.ask(List.of(List.of("chat", "one", "x")));
            String second = answers.ask(List.of(List.of("chat", "two", "x")));
            answers.stop(second);
            going.countDown();
            assertThat(answered(answers, second).get("errors")).hasToString("[\"It was stopped.\"]");
            assertThat(answered(answers, first).getAsJsonArray("errors")).isEmpty();
            assertThat(begun).containsExactly(List.of("chat", "one", "x"));
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void onlySoManyPicturesAndAnswersAreKept() {
        try (AnswerJobs answers = new AnswerJobs(words -> List.of("no such program"))) {
            String first = answers.keep(new byte[] {1});
            Path place = answers.picture(first);
            assertThat(place).hasBinaryContent(new byte[] {1});
            for (int i = 0; i < 50; i++) {
                answers.keep(new byte[] {2});
            }
            assertThat(place).doesNotExist();
            assertThat(answers.picture("../../" + first).getParent()).isEqualTo(place.getParent());
            String oldest = answers.ask(List.of());
            for (int i = 0; i < 50; i++) {
                answers.ask(List.of());
            }
            assertThat(answers.answer(oldest)).isEmpty();
        }
    }
}
