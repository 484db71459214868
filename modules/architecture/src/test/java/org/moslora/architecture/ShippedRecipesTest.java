package org.moslora.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.miniature.blank.BlankClip;

/**
 * Every shipped recipe opens with the command that runs it, binds, and fits a model: no unknown key, no value out of
 * range, no target that matches nothing. The paths that its command names point at tiny stand-ins.
 */
final class ShippedRecipesTest {
    private static final Pattern COMMAND =
            Pattern.compile("# \\./moslora (?:train|compare) (\\S+\\.yaml)((?: \\S+=\\S+)+)");
    private static final Pattern TEMPLATE = Pattern.compile("template: (\\w+)");
    private static final String COMPARES = "\ncompare:\n";
    private static final int SEED = 1;
    private static final int PICTURES = 4;

    static Stream<Path> recipes() {
        return Stream.of("pipelines", "samples")
                .flatMap(folder -> House.files(House.ROOT.resolve(folder)).stream())
                .filter(file -> file.toString().endsWith(".yaml"))
                .filter(file -> !House.name(file).contains("src/"));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void worksAsItsCommandSays(Path recipe, @TempDir Path folder) throws IOException {
        String text = House.text(recipe);
        Matcher command = COMMAND.matcher(text);
        assertThat(command.find()).as("the command in " + House.name(recipe)).isTrue();
        assertThat(command.start()).as("where it stands").isZero();
        assertThat(command.group(1)).isEqualTo(House.name(recipe));
        List<String> keys = Stream.of(command.group(2).strip().split(" "))
                .map(given -> given.substring(0, given.indexOf('=')))
                .toList();
        if (text.contains("pipeline: miniature-")) {
            checkStage(recipe, text, folder);
            return;
        }
        if (text.contains("pipeline: dreambooth")) {
            boolean large = text.contains("model: stable-diffusion-xl");
            TinyDiffusion tiny =
                    large ? TinyDiffusion.large(folder, SEED, PICTURES) : TinyDiffusion.first(folder, SEED, PICTURES);
            List<String> pointed = text.contains(COMPARES) ? List.of("model", "instance.images") : keys;
            check(recipe, pointed, tiny.model(), tiny.pictures(), folder);
            return;
        }
        Matcher named = TEMPLATE.matcher(text);
        assertThat(named.find()).as("a template in " + House.name(recipe)).isTrue();
        ChatTemplate template = ChatTemplate.named("template", named.group(1));
        if (text.contains("pipeline: instruction-tuning")) {
            TinyLlama tiny = TinyLlama.write(
                    folder, TinyOptions.standard().withTemplate(template).withPictures(24, 6));
            check(recipe, List.of("model", "data.conversations=" + tiny.train()), tiny.model(), folder, folder);
        } else if (text.contains("pipeline: preference-tuning")) {
            Place place = Place.in(folder, template);
            Path pairs = Files.writeString(
                    folder.resolve("pairs.json"), pairs(place.tiny().train()));
            check(
                    recipe,
                    List.of("model", "data.images", "data.conversations=" + pairs),
                    place.tiny().model(),
                    place.tiny().images(),
                    place.root());
        } else if (text.contains(COMPARES)) {
            checkCompared(recipe, text, Place.in(folder, template));
        } else {
            check(recipe, Place.in(folder, template));
        }
    }

    /** Rows of one answer as pairs, the last answer being the better one. */
    private static String pairs(Path conversations) {
        JsonArray rows = JsonParser.parseString(House.text(conversations)).getAsJsonArray();
        for (JsonElement row : rows) {
            JsonArray turns = row.getAsJsonObject().getAsJsonArray("conversations");
            row.getAsJsonObject().add("chosen", turns.remove(turns.size() - 1));
            row.getAsJsonObject().addProperty("rejected", "nobody knows");
        }
        return rows.toString();
    }

    /** Has the program check a recipe that trains a model from nothing, or goes on from one. */
    private static void checkStage(Path recipe, String text, Path folder) throws IOException {
        List<String> model = new ArrayList<>(text.contains("\nmodel: ") ? List.of("model") : List.of());
        if (text.contains("\nclip: ")) {
            Path clip = Files.createDirectory(folder.resolve("clip"));
            BlankClip.write(clip, SEED);
            model.add("clip=" + clip);
        }
        if (text.contains("miniature-words")) {
            Place place = Place.in(folder, ChatTemplate.LLAMA3);
            check(recipe, model, place.tiny().model(), folder, folder, List.of());
        } else {
            check(recipe, model, TinyDiffusion.first(folder, SEED, PICTURES).model(), folder, folder, List.of());
        }
    }

    /** Has the program check a DreamBooth recipe with its paths pointing at a tiny model. */
    static void checkDreamBooth(Path recipe, Path folder) throws IOException {
        TinyDiffusion tiny = TinyDiffusion.first(folder, SEED, PICTURES);
        check(recipe, List.of("model", "instance.images"), tiny.model(), tiny.pictures(), folder);
    }

    /** As {@link #check(Path, Place)}, with what scores are given on and the amounts of data cut to a tiny one's. */
    private static void checkCompared(Path recipe, String text, Place place) {
        List<String> keys = new ArrayList<>(List.of(
                "model",
                "data.images",
                "data.conversations=" + place.tiny().train(),
                "compare.validation=" + place.tiny().test(),
                "compare.test=" + place.tiny().test()));
        if (text.contains("\n  rows: ")) {
            keys.add("compare.rows=[2, 3]");
        }
        check(recipe, keys, place.tiny().model(), place.tiny().images(), place.root());
    }

    /** Has the program check a LLaVA recipe with its paths pointing at a tiny model. */
    static void check(Path recipe, Place place) {
        List<String> keys = new ArrayList<>(List.of(
                "model", "data.images", "data.conversations=" + place.tiny().train()));
        if (House.text(recipe).contains("\n  max_pixels: ")) {
            keys.add("data.max_pixels=0"); // the stand-in makes its pictures all alike
        }
        check(recipe, keys, place.tiny().model(), place.tiny().images(), place.root());
    }

    private static void check(Path recipe, List<String> keys, Path model, Path images, Path folder) {
        check(recipe, keys, model, images, folder, List.of("device=cpu"));
    }

    private static void check(
            Path recipe, List<String> keys, Path model, Path images, Path folder, List<String> further) {
        List<String> words =
                new ArrayList<>(List.of("check", recipe.toString(), "output=" + folder.resolve("new-run")));
        words.addAll(further);
        if (House.text(recipe).contains("fraction: ")) {
            words.add("validation.fraction=0.1"); // of few rows a small share is none
        }
        for (String key : keys) {
            if (key.contains("=")) {
                words.add(key);
            } else if (key.equals("model")) {
                words.add("model=" + model);
            } else if (key.endsWith("images")) {
                words.add(key + "=" + images);
            }
        }
        assertThat(Place.run(words)).contains("nothing wrong");
    }
}
