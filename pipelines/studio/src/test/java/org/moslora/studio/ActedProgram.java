package org.moslora.studio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays the program: a training that takes a step every few milliseconds and, told to end, leaves a checkpoint; a chat that
 * repeats what it was asked. As a process of its own, so that it can be killed.
 */
final class ActedProgram {
    private static volatile boolean stopping;

    private ActedProgram() {}

    static List<String> command(List<String> words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                Path.of(ActedProgram.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                        .toString(),
                ActedProgram.class.getName()));
        command.addAll(words);
        return command;
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        if (words[0].equals("chat")) {
            System.out.println("you said " + words[words.length - 1] + " to " + words[1]);
            return;
        }
        if (words[0].equals("generate")) {
            generate(words);
            return;
        }
        if (words[0].equals("check")) {
            check(Path.of(words[1]));
        } else if (words[0].equals("compare")) {
            compare(Path.of(words[1]));
        } else {
            train(words);
        }
    }

    /** A picture, or an error where the prompt is one. */
    private static void generate(String[] words) throws IOException {
        for (String word : words) {
            if (word.equals("--prompt=broken")) {
                System.err.println("a remark\nerror: prompt: is broken");
                System.exit(2);
            } else if (word.startsWith("--out=")) {
                Path out = Files.createDirectories(Path.of(word.substring(6)));
                Files.write(out.resolve("00000-5.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
            }
        }
    }

    private static void check(Path recipe) throws IOException {
        if (Files.readString(recipe).contains("refused-variant")) {
            System.err.println("error: " + recipe + ":3: adapter.rank: must be smaller");
            System.exit(2);
        }
    }

    /** A trial every second, until it is told to end. */
    private static void compare(Path recipe) throws IOException, InterruptedException {
        Path folder = Path.of(Files.readString(recipe).replaceAll("(?s).*\noutput: ([^\n]*)\n.*", "$1"));
        Files.createDirectories(folder.resolve("trials"));
        Files.writeString(folder.resolve("trained-by.yaml"), "pipeline: acted\n");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.err.println("stopped by SIGTERM")));
        for (int i = 0; i < 100; i++) {
            Path trial = folder.resolve("trials/lora-s" + i + ".json");
            if (!Files.exists(trial)) {
                Thread.sleep(100);
                Files.writeString(trial, "{\"trainingLoss\": 0.5}");
            }
        }
        Files.writeString(folder.resolve("comparison.json"), "{\"rows\": [{\"variant\": \"lora\"}]}");
    }

    private static void train(String[] words) throws IOException, InterruptedException {
        boolean resumed = words[1].equals("--resume");
        String recipe = Files.readString(resumed ? Path.of(words[2], "recipe.yaml") : Path.of(words[1]));
        Path run = Path.of(recipe.replaceAll("(?s).*\noutput: ([^\n]*)\n.*", "$1"));
        int steps = Integer.parseInt(recipe.replaceAll("(?s).*max_steps: (\\d+)\n.*", "$1"));
        for (String word : words) {
            steps = word.startsWith("training.max_steps=") ? Integer.parseInt(word.substring(19)) : steps;
        }
        Files.createDirectories(run);
        Files.writeString(run.resolve("recipe.yaml"), recipe.replaceAll("max_steps: \\d+", "max_steps: " + steps));
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopping = true;
            try {
                main.join();
            } catch (InterruptedException impatient) {
                Thread.currentThread().interrupt();
            }
        }));
        int step = Files.exists(run.resolve("metrics.jsonl"))
                ? Files.readAllLines(run.resolve("metrics.jsonl")).size()
                : 0;
        while (step < steps && !stopping) {
            step++;
            Files.writeString(
                    run.resolve("metrics.jsonl"),
                    StudioUnderTest.row(step) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            Thread.sleep(10);
        }
        Files.createDirectories(run.resolve(String.format("checkpoints/step-%06d", step)));
        if (step < steps) {
            System.err.println("stopped: after step " + step);
        } else {
            Files.createDirectories(run.resolve("adapter"));
        }
    }
}
