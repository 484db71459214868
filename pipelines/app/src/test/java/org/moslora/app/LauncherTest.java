package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in real processes, with the classes that are tested in place of those that were packaged. */
@EnabledOnOs(OS.LINUX)
class LauncherTest {
    @TempDir
    Path folder;

    private record Ended(int code, String text) {}

    /** A home of Java whose {@code java} leaves out what names the packaged program. */
    private Path home() throws IOException {
        Path program = Files.createDirectories(folder.resolve("home/bin")).resolve("java");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Files.writeString(
                program,
                "#!/bin/sh\necho \"options $*\" >>\"$LAUNCHED\"\nwhile [ \"$1\" != -jar ]; do shift; done\nshift 2\n"
                        + "exec '" + java + "' -Xmx256m -XX:TieredStopAtLevel=1 -cp '" + classes + "' "
                        + MosloraCli.class.getName() + " \"$@\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return folder.resolve("home");
    }

    private Ended launch(Map<String, String> environment, String... words) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("moslora.root"), "moslora").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        List.of("LANG", "LC_ALL", "LC_CTYPE").forEach(builder.environment()::remove);
        builder.environment().put("MOSLORA_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", home().toString());
        builder.environment().put("LAUNCHED", folder.resolve("launched.txt").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LC_ALL=C", "LC_ALL=POSIX", "LANG=", "LANG=xx_XX.UTF-8", "LC_CTYPE=C"})
    void lettersOutsideAsciiArriveWhateverTheLocale(String setting) throws Exception {
        String[] pair = setting.split("=", 2);
        Path place = folder.resolve("Größe 猫 é");
        Ended ended = launch(Map.of(pair[0], pair.length > 1 ? pair[1] : ""), "inspect", place.toString());
        assertThat(ended.code()).as(ended.text()).isEqualTo(2);
        assertThat(ended.text()).contains(place + ": there is nothing there");
    }

    @Test
    void withoutAnyLocaleTheyAreRefusedRatherThanLost() throws Exception {
        // Past the launcher, as somebody would who starts Java.
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "exec \"$0\" -jar x chat --model m \"$(printf 'caf\\303\\251')\"",
                        home().resolve("bin/java").toString())
                .redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("LAUNCHED", folder.resolve("launched.txt").toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text).isEqualTo(2);
        assertThat(text.lines()).singleElement().asString().contains("caf", "locale", "C.UTF-8");
    }

    @Test
    void aHeapThatIsNoSizeIsRefusedAndASmallOneTaken() throws Exception {
        Ended wrong = launch(Map.of("MOSLORA_HEAP", "plenty"), "--version");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.text()).contains("MOSLORA_HEAP", "plenty");
        Ended small = launch(Map.of("MOSLORA_HEAP", "48m"), "--version");
        assertThat(small.code()).as(small.text()).isZero();
        assertThat(Files.readString(folder.resolve("launched.txt")))
                .contains("-Xmx48m")
                .doesNotContain("-Xms");
    }

    /** As a program has it that depends on a module which brings no libtorch. */
    @Test
    void withoutLibtorchOneLineSaysWhatBringsIt() throws Exception {
        String classes = Stream.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(File.pathSeparator))
                .filter(entry -> !entry.contains("pytorch-native"))
                .collect(Collectors.joining(File.pathSeparator));
        Path model = TinyCase.in(folder).llava().model();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes,
                        MosloraCli.class.getName(),
                        "chat",
                        "--model",
                        model.toString(),
                        "Who?")
                .redirectErrorStream(true);
        builder.environment().put("DJL_CACHE_DIR", folder.resolve("cache").toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text).isEqualTo(2);
        assertThat(text)
                .contains("error: libtorch: is not on the class path", "moslora-front")
                .doesNotContain("\tat ");
    }

    @Test
    void longWorkOfJavasOwnHasBothCompilersAndAShortAnswerTheQuickOne() throws Exception {
        launch(Map.of(), "--version");
        launch(Map.of(), "world", "--help");
        assertThat(Files.readAllLines(folder.resolve("launched.txt")))
                .filteredOn(line -> line.startsWith("options"))
                .satisfiesExactly(
                        version -> assertThat(version).contains("TieredStopAtLevel=1"),
                        world -> assertThat(world).doesNotContain("TieredStopAtLevel"));
    }
}
