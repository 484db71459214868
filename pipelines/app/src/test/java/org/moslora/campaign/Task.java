package org.moslora.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A command that writes, and what it leaves when nobody disturbs it. It works in a folder of its own, to which its words
 * are relative; models and data lie elsewhere.
 *
 * @param name of the verb and what it is done to
 * @param recipe the text of {@code recipe.yaml} in that folder; empty for none
 * @param words the command line
 * @param out what it makes, a name in the folder
 * @param atOnce whether what it makes is whole from the moment that it is there
 * @param otherEachTime files that are never the same twice, as regular expressions
 */
record Task(String name, String recipe, List<String> words, String out, boolean atOnce, Set<String> otherEachTime) {
    private static final long LONGEST = 300_000;

    private static final String CACHE = ", its cache";
    private static final String LIBRARIES = ", its native libraries";
    /** A lock means nothing when nobody holds it. */
    static final String LOCKS = ".*[.-]lock[^/]*";

    /** What is being written. */
    static final String PARTIAL = ".*[.-](partial|replaced)(/.*)?";

    private static final Set<String> PASSING = Set.of(LOCKS, "out/provenance\\.json", "engine/.*checked");

    private static Task of(String name, String recipe, String words, String out, boolean atOnce) {
        return new Task(name, recipe, List.of(words.split(" ")), out, atOnce, PASSING);
    }

    /** Every verb that writes, on the models of a bed. */
    static List<Task> all(Bed bed) {
        String llava = bed.text("llava/model");
        String llama = bed.text("llama/model");
        String painter = bed.text("sd/model");
        String visual = Recipes.visual(llava, bed.text("llava/train.json"), bed.text("llava/images"));
        String text = Recipes.text(llama, bed.text("llama/train.json"));
        String scores = "evaluate --model " + llava + " --data " + bed.text("llava/test.json") + " --images "
                + bed.text("llava/images") + " --answers --max-new-tokens 3 --out scores.jsonl --quiet";
        List<Task> tasks = new ArrayList<>(List.of(
                of("train, visual", visual, "train recipe.yaml output=out --quiet", "out", false),
                of("train, text", text, "train recipe.yaml output=out --quiet", "out", false),
                of(
                        "train, text in full",
                        text.replace("{kind: dora, rank: 3, alpha: 6, dropout: 0.1}", "{kind: full}"),
                        "train recipe.yaml output=out --quiet",
                        "out",
                        false),
                of(
                        "train, text on NF4, its cache",
                        text.replace("training:\n", "training:\n  quantize: nf4\n"),
                        "train recipe.yaml output=out training.max_steps=2 --quiet",
                        "out",
                        false),
                of(
                        "train, DreamBooth, its class pictures",
                        Recipes.preserved(painter, bed.text("sd/pictures")),
                        "train recipe.yaml output=out --quiet",
                        "out",
                        false),
                of("evaluate", "", scores, "scores.jsonl", true),
                of(
                        "generate",
                        "",
                        "generate --model " + painter + " --adapter " + bed.text("sd/run")
                                + " --prompt red --images 12 --steps 2 --grid --out out --quiet",
                        "out",
                        false),
                of(
                        "merge",
                        "",
                        "merge --model " + llava + " --adapter " + bed.text("llava/run") + " --out out --quiet",
                        "out",
                        true),
                of(
                        "merge, Stable Diffusion",
                        "",
                        "merge --model " + painter + " --adapter " + bed.text("sd/run") + " --out out --quiet",
                        "out",
                        true),
                of(
                        "merge to an adapter",
                        "",
                        "merge --adapter " + bed.text("sd/run") + ":0.7 --adapter " + bed.text("sd/run")
                                + ":0.5 --to-adapter --out out --quiet",
                        "out",
                        true),
                of(
                        "convert to a folder",
                        "",
                        "convert --adapter " + bed.text("llava/run") + " --to peft --out out --quiet",
                        "out",
                        true),
                of(
                        "convert to a file",
                        "",
                        "convert --adapter " + bed.text("sd/run") + " --to kohya --out out.safetensors --quiet",
                        "out.safetensors",
                        true),
                of("export", "", "export --model " + llava + " --out out --quiet", "out", true),
                of(
                        "export, Stable Diffusion",
                        "",
                        "export --model " + painter + " --external-data --out out --quiet",
                        "out",
                        true),
                of("world", "", "world --out out --scenes 40 --seed 5 --quiet", "out", true)));
        tasks.add(of("evaluate" + LIBRARIES, "", scores, "scores.jsonl", true));
        tasks.add(new Task(
                "compare",
                Recipes.compared(
                        llava, bed.text("llava/train.json"), bed.text("llava/images"), bed.text("llava/test.json")),
                List.of("compare", "recipe.yaml", "training.max_steps=2", "--threads", "1", "--quiet"),
                "out",
                false,
                Set.of(LOCKS, ".*provenance\\.json", "out/[^/]*", "out/trials/[^/]*\\.json", ".*\\.log")));
        return tasks.stream()
                .filter(task -> task.name().contains(Settings.ONLY))
                .toList();
    }

    /** An empty folder to work in, made anew. */
    void prepare(Path folder) throws IOException {
        Trees.delete(folder);
        fill(folder);
    }

    /** Puts in what the command reads from its folder. */
    void fill(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (!recipe.isEmpty()) {
            Files.writeString(folder.resolve("recipe.yaml"), recipe);
        }
    }

    /** Starts it; what it prints goes elsewhere, as there may be no room in its folder. */
    Child start(Path folder, List<String> command) {
        Map<String, String> environment = new HashMap<>(Bed.ENVIRONMENT);
        boolean own = name.endsWith(CACHE) || name.endsWith(LIBRARIES);
        environment.put(
                "MOSLORA_CACHE",
                (own ? folder : Settings.FOLDER).resolve("cache").toString());
        if (name.endsWith(LIBRARIES)) {
            environment.put("ENGINE_CACHE_DIR", folder.resolve("engine").toString());
        }
        return Child.start(folder, Settings.FOLDER.resolve("logs"), environment, command);
    }

    /** What all of the folder holds, but for what is another each time. */
    Map<String, String> state(Path folder) {
        return Trees.digests(folder, otherEachTime);
    }

    /** What its result alone holds. */
    Map<String, String> result(Map<String, String> state) {
        Map<String, String> result = new HashMap<>(state);
        result.keySet().removeIf(name -> !name.equals(out) && !name.startsWith(out + "/"));
        return result;
    }

    /**
     * What came of doing it again as a user would: the same command, and where that is refused because of what stands
     * there, the words that the program names for going on.
     */
    Ended again(Path folder) throws IOException, InterruptedException {
        Ended ended = start(folder, words).await(LONGEST);
        if (ended.code() == 2 && words.get(0).equals("train")) {
            return start(folder, resumed()).await(LONGEST);
        }
        return ended;
    }

    /** How a run is gone on with. */
    List<String> resumed() {
        List<String> resumed = new ArrayList<>(words);
        resumed.addAll(List.of("--resume", "out"));
        return resumed;
    }
}
