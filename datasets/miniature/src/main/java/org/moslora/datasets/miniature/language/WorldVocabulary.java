package org.moslora.datasets.miniature.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.datasets.miniature.world.Accessory;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Cell;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.ThingKind;
import org.moslora.datasets.miniature.world.ThingSize;

/** Every word of the world's language, which tokenizers are made from. */
public final class WorldVocabulary {
    private static final Pattern PIECE = Pattern.compile("\\w+|[^\\w\\s]+");

    private WorldVocabulary() {}

    /** The words and marks of captions, lower case, in a fixed order. */
    public static List<String> ofCaptions() {
        Set<String> words = new LinkedHashSet<>();
        SceneCaptions.words().forEach(words::add);
        names().forEach(text -> words.addAll(pieces(text)));
        return List.copyOf(words);
    }

    /**
     * The words and marks of everything that is said, lower case, in a fixed order.
     *
     * @param around what templates put around it
     */
    public static List<String> ofAll(List<String> around) {
        Set<String> words = new LinkedHashSet<>(ofCaptions());
        questions().forEach(text -> words.addAll(pieces(text)));
        for (WorldFacts.Fact fact : WorldFacts.all()) {
            words.addAll(pieces(fact.question()));
            words.addAll(pieces(fact.statement()));
        }
        for (Exercise shape : List.of(
                new Choice("there is a cat. Where is it?", List.of("red", "blue", "white", "green"), 0),
                new Claim("is it true that there is a cat", true))) {
            words.addAll(pieces(shape.instruction()));
            words.addAll(pieces(shape.output()));
        }
        around.forEach(text -> words.addAll(pieces(text)));
        return List.copyOf(words);
    }

    /** A text in lower case, cut into words and marks. */
    public static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = PIECE.matcher(text.toLowerCase(Locale.ROOT));
        while (matcher.find()) {
            pieces.add(matcher.group());
        }
        return pieces;
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        Arrays.stream(Hue.values()).map(Hue::word).forEach(names::add);
        Arrays.stream(ThingKind.values()).map(ThingKind::word).forEach(names::add);
        Arrays.stream(ThingSize.values()).map(ThingSize::word).forEach(names::add);
        Arrays.stream(org.moslora.datasets.miniature.world.Pattern.values())
                .map(org.moslora.datasets.miniature.world.Pattern::word)
                .forEach(names::add);
        Arrays.stream(Accessory.values()).map(Accessory::phrase).forEach(names::add);
        Arrays.stream(Background.values()).map(Background::phrase).forEach(names::add);
        return names;
    }

    private static List<String> questions() {
        List<String> texts = new ArrayList<>(Questions.NUMBERS);
        texts.addAll(List.of(
                Questions.NOTHING,
                "yes no",
                "Where is this?",
                "Which thing is red?",
                "Is there a cat?",
                "Is the cat big or small?",
                "What does the cat wear?",
                "What is on the coat of the cat?",
                "Describe the picture.",
                "List cat, dog.",
                "How many things are there?",
                "Which thing wears a hat?",
                "What colour is the thing with the hat?"));
        Arrays.stream(Cell.values()).map(Cell::phrase).forEach(texts::add);
        return texts;
    }
}
