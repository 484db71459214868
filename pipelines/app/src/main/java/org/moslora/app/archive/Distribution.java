package org.moslora.app.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Writes {@code moslora-VERSION-PLATFORM.tar.gz}: launchers for every system, the program, what it is made of, models that ship
 * with it and recipes. Called by {@code pipelines/app/archive}, after the build.
 */
public final class Distribution {
    private static final long YEAR_2026 = 1_767_225_600L;
    /** Nine megabytes that few want, who can put them into lib again. */
    private static final String LEFT_OUT = "mlflow-client-";

    private static final String RECIPE_FOLDER = "samples/recipes";

    private final Path root;
    private final LeanJar lean;
    private final String top;
    private long jars;

    private Distribution(Path root, String version, String platform) {
        this.root = root;
        this.lean = new LeanJar(platform);
        this.top = "moslora-" + version + "-" + platform + "/";
    }

    /**
     * Writes the archive into a folder.
     *
     * @param words the repository's root, where the built program lies in it, the version, the platform, the folder
     */
    public static void main(String... words) throws IOException {
        Path built = Path.of(words[1]);
        Path file =
                Files.createDirectories(Path.of(words[4])).resolve("moslora-" + words[2] + "-" + words[3] + ".tar.gz");
        long jars = new Distribution(Path.of(words[0]), words[2], words[3]).write(built, file);
        System.out.printf(Locale.ROOT, "%s: %.1f MB, its jars %.1f MB%n", file, Files.size(file) / 1e6, jars / 1e6);
    }

    private long write(Path built, Path file) throws IOException {
        try (TarGz tar = new TarGz(file, YEAR_2026)) {
            Path launchers = root.resolve("pipelines/app/src/main/launchers");
            tar.add(top + "moslora", Files.readAllBytes(launchers.resolve("moslora")), true);
            tar.add(top + "moslora.cmd", windows(launchers.resolve("moslora.cmd")), false);
            tar.add(top + "Dockerfile", Files.readAllBytes(launchers.resolve("Dockerfile")), false);
            for (String page : List.of("README.md", "LICENSE", "CHANGELOG.md")) {
                tar.add(top + page, Files.readAllBytes(root.resolve(page)), false);
            }
            Path schema = root.resolve("target/recipe.schema.json");
            if (Files.exists(schema)) {
                tar.add(top + "recipe.schema.json", Files.readAllBytes(schema), false);
            }
            for (Path recipe : files(root.resolve(RECIPE_FOLDER), ".yaml")) {
                String text =
                        Files.readString(recipe).replace("../../target/recipe.schema.json", "../recipe.schema.json");
                tar.add(top + "recipes/" + recipe.getFileName(), text.getBytes(StandardCharsets.UTF_8), false);
            }
            jar(tar, built.resolve("moslora.jar"), "moslora.jar");
            for (Path library : files(built.resolve("lib"), ".jar")) {
                if (!String.valueOf(library.getFileName()).startsWith(LEFT_OUT)) {
                    jar(tar, library, "lib/" + library.getFileName());
                }
            }
        }
        return jars;
    }

    private void jar(TarGz tar, Path jar, String name) throws IOException {
        byte[] bytes = lean.of(Files.readAllBytes(jar));
        jars += bytes.length;
        tar.add(top + name, bytes, false);
    }

    /** Batch files want the line ends of their system. */
    private static byte[] windows(Path file) throws IOException {
        return Files.readString(file).replace("\r", "").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }
}
