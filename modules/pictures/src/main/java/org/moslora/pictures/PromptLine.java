package org.moslora.pictures;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/**
 * A prompt with flags at its end, as kohya's scripts read it: {@code a cat --n blurry --w 512 --h 768 --d 7 --s 20 --l
 * 7.5 --t 0.6}.
 */
final class PromptLine {
    private static final Pattern FLAG = Pattern.compile("(?:^|\\s+)--([A-Za-z][A-Za-z_-]*)(?=\\s|$)");

    private PromptLine() {}

    static PictureRequest parse(String where, String line) {
        Matcher flags = FLAG.matcher(line);
        List<String> names = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        while (flags.find()) {
            names.add(flags.group(1));
            starts.add(flags.start());
            ends.add(flags.end());
        }
        starts.add(line.length());
        Problems problems = new Problems();
        Options options = Options.NONE;
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String value = line.substring(ends.get(i), starts.get(i + 1)).strip();
            Options before = options;
            options = problems.collect(() -> with(before, named(where, name), where, value), before);
        }
        problems.throwIfAny();
        return new PictureRequest(line.substring(0, starts.get(0)).strip(), options);
    }

    private static <T> Options with(Options options, Option<T> option, String where, String value) {
        return options.with(option, option.parse(where, value));
    }

    private static Option<?> named(String where, String name) {
        List<String> known = new ArrayList<>();
        for (Option<?> option : Option.all()) {
            if (name.equals(option.flag())) {
                return option;
            } else if (option.flag() != null) {
                known.add("--" + option.flag() + " " + option.name());
            }
        }
        throw new InvalidInput(where, "--" + name + " is no flag of a prompt; known: " + String.join(", ", known));
    }
}
