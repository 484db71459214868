package org.moslora.app.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.layers.Engine;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.FolderEntries;

/**
 * PyTorch in a Python environment, whose libtorch may serve.
 *
 * @param libraries the folder of its libraries
 * @param version such as {@code 2.7.1+cu126}
 * @param cuda the CUDA that it was built for, empty for none
 */
record TorchInstallation(Path libraries, String version, String cuda) {
    private static final Pattern VERSION = Pattern.compile("(?m)^__version__ *= *'([^']+)'");
    private static final Pattern CUDA = Pattern.compile("(?m)^cuda\\b[^=\\n]*= *'([^']+)'");
    private static final List<String> SELDOM = List.of(".venv", "venv", "env");
    private static final List<String> CONDAS =
            List.of("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", "conda");

    /** Those in the environments that are active, on the path, beside the working folder, or at their usual places. */
    static List<TorchInstallation> find(Map<String, String> environment, Path home) {
        Map<Path, TorchInstallation> found = new LinkedHashMap<>();
        for (Path prefix : prefixes(environment, home)) {
            for (Path torch : packages(prefix)) {
                read(torch).ifPresent(each -> found.putIfAbsent(real(each.libraries()), each));
            }
        }
        return List.copyOf(found.values());
    }

    private static List<Path> prefixes(Map<String, String> environment, Path home) {
        List<Path> prefixes = new ArrayList<>();
        for (String name : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            String active = environment.get(name);
            if (active != null && !active.isBlank()) {
                prefixes.add(Path.of(active));
            }
        }
        for (String folder : environment.getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            Path python = Path.of(folder, "python3");
            if (!folder.isBlank() && Files.exists(python)) {
                addParent(prefixes, python);
                addParent(prefixes, real(python));
            }
        }
        SELDOM.forEach(name -> prefixes.add(Path.of(name).toAbsolutePath()));
        SELDOM.forEach(name -> prefixes.add(home.resolve(name)));
        prefixes.add(home.resolve(".local"));
        for (Path parent : List.of(home, Path.of("/opt"))) {
            for (String conda : CONDAS) {
                prefixes.add(parent.resolve(conda));
                prefixes.addAll(inside(parent.resolve(conda).resolve("envs"), "*"));
            }
        }
        for (String many : List.of(".virtualenvs", ".pyenv/versions", ".conda/envs")) {
            prefixes.addAll(inside(home.resolve(many), "*"));
        }
        prefixes.addAll(List.of(Path.of("/usr/local"), Path.of("/usr")));
        return prefixes;
    }

    private static void addParent(List<Path> prefixes, Path python) {
        Path bin = python.toAbsolutePath().getParent();
        if (bin != null && bin.getParent() != null) {
            prefixes.add(bin.getParent());
        }
    }

    private static List<Path> packages(Path prefix) {
        List<Path> packages = new ArrayList<>();
        for (String lib : List.of("lib", "lib64")) {
            for (Path python : inside(prefix.resolve(lib), "python3*")) {
                packages.add(python.resolve("site-packages/torch"));
                packages.add(python.resolve("dist-packages/torch"));
            }
        }
        return packages;
    }

    private static List<Path> inside(Path folder, String glob) {
        return FolderEntries.readable(folder).stream()
                .filter(entry ->
                        entry.getFileSystem().getPathMatcher("glob:" + glob).matches(entry.getFileName()))
                .filter(Files::isDirectory)
                .toList();
    }

    private static java.util.Optional<TorchInstallation> read(Path torch) {
        Path libraries = torch.resolve("lib");
        if (!Files.exists(libraries.resolve("libtorch_cpu.so"))) {
            return java.util.Optional.empty();
        }
        try {
            String said = InputFile.text(torch.resolve("version.py"));
            Matcher version = VERSION.matcher(said);
            Matcher cuda = CUDA.matcher(said);
            return java.util.Optional.of(new TorchInstallation(
                    libraries, version.find() ? version.group(1) : "unknown", cuda.find() ? cuda.group(1) : ""));
        } catch (IOException | InvalidInput odd) {
            return java.util.Optional.empty();
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException absent) {
            return path.toAbsolutePath();
        }
    }

    boolean isForCuda() {
        return Files.exists(libraries.resolve("libtorch_cuda.so"));
    }

    boolean fits() {
        return misfit().isEmpty();
    }

    /** Why it does not fit; empty where it does. */
    String misfit() {
        String bare = version.replaceFirst("\\+.*", "");
        if (!bare.equals(Engine.LIBTORCH)) {
            return "does not fit: this program calls " + Engine.LIBTORCH + "; pip install torch==" + Engine.LIBTORCH;
        }
        return cuda.isEmpty() || cuda.startsWith("12.") ? "" : "does not fit: it is for CUDA " + cuda + ", not 12";
    }

    /** What to type before the program. */
    String setting() {
        return "export MOSLORA_CUDA=1 PYTORCH_VERSION=" + Engine.LIBTORCH + " PYTORCH_FLAVOR=" + Engine.FLAVOUR
                + " PYTORCH_LIBRARY_PATH='"
                + libraries.toAbsolutePath().toString().replace("'", "'\\''") + "'";
    }
}
