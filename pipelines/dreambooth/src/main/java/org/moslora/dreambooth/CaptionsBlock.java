package org.moslora.dreambooth;

import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.examples.subject.Captions;
import org.moslora.problems.InvalidInput;

/** The recipe's {@code captions:} block. */
public record CaptionsBlock(
        @Default("false") @Meaning("NAME.txt beside NAME.jpg instead of the prompt")
        boolean use,

        @Default("0.0") @Meaning("share of captions left empty")
        double dropout,

        @Default("false") @Meaning("what stands between commas in another order every time")
        boolean shuffle) {
    public CaptionsBlock {
        if (!(dropout >= 0 && dropout <= 1)) {
            throw new InvalidInput("dropout", "must be from 0 to 1, got " + dropout);
        }
    }

    /** Whether texts come that nobody knows beforehand, so that whoever reads them is asked to the last step. */
    boolean endless() {
        return use && shuffle;
    }

    Captions captions() {
        return new Captions(use, dropout, shuffle);
    }
}
