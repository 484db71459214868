package org.moslora.examples.clip;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.problems.InvalidInput;

/** The whole way from text to ids with vocab.json and merges.txt alone. */
final class PairEncodedText implements TextIds {
    private final String where;
    private final PairMerges merges;
    private final int unknown;
    private final TokenFinder raw;
    private final TokenFinder normalized;

    private PairEncodedText(String where, PairMerges merges, TokenizerSettings settings) {
        this.where = where;
        this.merges = merges;
        this.unknown = id(settings.unknown());
        this.raw = finder(settings.added(), false);
        this.normalized = finder(settings.added(), true);
    }

    static PairEncodedText open(Path folder, TokenizerSettings settings) {
        PairMerges merges = PairMerges.read(folder);
        merges.add(settings.extra());
        return new PairEncodedText(folder.resolve(PairMerges.VOCABULARY).toString(), merges, settings);
    }

    private TokenFinder finder(List<AddedToken> added, boolean afterNormalizing) {
        return new TokenFinder(added.stream()
                .filter(token -> token.normalized() == afterNormalizing)
                .map(token -> new TokenFinder.Wanted(
                        afterNormalizing ? WordSplit.normalized(token.content()) : token.content(),
                        id(token.content())))
                .toList());
    }

    @Override
    public int[] ids(String text) {
        List<Integer> ids = new ArrayList<>();
        raw.split(text, ids::add, between -> addNormalized(WordSplit.normalized(between), ids));
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    private void addNormalized(String text, List<Integer> ids) {
        normalized.split(
                text, ids::add, between -> WordSplit.words(between, word -> merges.encode(word, unknown, ids::add)));
    }

    @Override
    public int id(String token) {
        Integer id = merges.id(token);
        if (id == null) {
            throw new InvalidInput(
                    where, "has no token '" + token + "', which CLIP needs; is it another model's vocabulary?");
        }
        return id;
    }

    @Override
    public void close() {}
}
